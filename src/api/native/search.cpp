#include <charconv>
#include <chrono>

#include "api/internal/filter_fields.h"
#include "api/internal/json_forms.h"
#include "api/internal/route.h"
#include "core/format.h"
#include "core/text.h"

namespace hearth::api {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

Result<Reply> get_search(const Context& context, const Incoming& incoming) {
  search::Query query;
  query.text = incoming.arguments.text_or("q", "");
  query.k = static_cast<std::size_t>(incoming.arguments.integer_or("k", 10));
  query.explain = incoming.arguments.boolean_or("explain", false);
  query.near_misses = false;
  TRY_ASSIGN(query.filter, read_filter(incoming.arguments));
  TRY_ASSIGN(const auto results, context.backend.search(incoming.call, query));
  return Reply{.body = to_json(results)};
}

}  // namespace

Result<std::int64_t> parse_date(std::string_view text) {
  const auto parts = text::split(text, '-');
  if (parts.size() == 3 && parts[0].size() == 4 && parts[1].size() == 2 && parts[2].size() == 2) {
    const auto year = digits(parts[0]);
    const auto month = digits(parts[1]);
    const auto day = digits(parts[2]);
    if (year && month && day) {
      const std::chrono::year_month_day date{std::chrono::year(*year),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
      if (date.ok()) return std::chrono::sys_days(date).time_since_epoch().count() * kDayMs;
    }
  }
  return fail(Code::Invalid,
              format("\"{}\" is not a date like 2026-03-01", text::shorten(text, 40)));
}

Result<search::Filter> read_filter(const Arguments& arguments) {
  search::Filter filter;
  filter.collection = arguments.text("collection");
  for (const Json& source : arguments["source"].items()) {
    const auto id = digits(source.view());
    if (!id) return fail(Code::Invalid, "\"source\" must be a source's number");
    filter.sources.push_back(SourceId{*id});
  }
  for (const Json& type : arguments["type"].items()) filter.media_types.emplace_back(type.view());
  if (const auto since = arguments.text("since")) {
    TRY_ASSIGN(filter.since_ms, parse_date(*since));
  }
  if (const auto until = arguments.text("until")) {
    TRY_ASSIGN(const std::int64_t day, parse_date(*until));
    filter.until_ms = day + kDayMs - 1;
  }
  return filter;
}

std::vector<Route> search_routes() {
  using In = Field::In;
  using Type = Field::Type;
  return {{.method = "GET",
           .path = "/api/v1/search",
           .access = Access::Session,
           .scope = kScopeRead,
           .help = "Passages by keyword and meaning.",
           .fields =
               {{.name = "q",
                 .in = In::Query,
                 .need = Field::Need::Required,
                 .help = "Words, names, a question.",
                 .max = 4096},
                {.name = "k",
                 .in = In::Query,
                 .type = Type::Integer,
                 .help = "How many hits; 10 when absent.",
                 .min = 1,
                 .max = 100},
                {.name = "collection", .in = In::Query, .help = "Only in this one.", .max = 200},
                {.name = "source",
                 .in = In::Query,
                 .type = Type::TextList,
                 .help = "Only in this source; may be given several times.",
                 .max = 50},
                {.name = "type",
                 .in = In::Query,
                 .type = Type::TextList,
                 .help = "Only this media type, or all below \"text/\"; several times.",
                 .max = 50},
                {.name = "since", .in = In::Query, .help = "From this day, YYYY-MM-DD.", .max = 40},
                {.name = "until", .in = In::Query, .help = "To this day, YYYY-MM-DD.", .max = 40},
                {.name = "explain",
                 .in = In::Query,
                 .type = Type::Boolean,
                 .help = "Say why each hit is where it is."}},
           .response = "SearchResults",
           .handler = get_search}};
}

}  // namespace hearth::api
