#include "answer/internal/asked.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <unordered_map>

namespace hearth::answer {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

const std::unordered_map<std::string_view, Asked> kKinds = {{"price", Asked::Money},
                                                            {"cost", Asked::Money},
                                                            {"costs", Asked::Money},
                                                            {"rent", Asked::Money},
                                                            {"fee", Asked::Money},
                                                            {"fees", Asked::Money},
                                                            {"deposit", Asked::Money},
                                                            {"salary", Asked::Money},
                                                            {"budget", Asked::Money},
                                                            {"fine", Asked::Money},
                                                            {"premium", Asked::Money},
                                                            {"excess", Asked::Money},
                                                            {"deductible", Asked::Money},
                                                            {"fare", Asked::Money},
                                                            {"balance", Asked::Money},
                                                            {"tuition", Asked::Money},
                                                            {"allowance", Asked::Money},
                                                            {"charge", Asked::Money},
                                                            {"wage", Asked::Money},
                                                            {"phone", Asked::Phone},
                                                            {"telephone", Asked::Phone},
                                                            {"mobile", Asked::Phone},
                                                            {"hotline", Asked::Phone},
                                                            {"email", Asked::Email},
                                                            {"mail", Asked::Email},
                                                            {"website", Asked::Url},
                                                            {"url", Asked::Url},
                                                            {"homepage", Asked::Url},
                                                            {"link", Asked::Url},
                                                            {"address", Asked::Address},
                                                            {"street", Asked::Address},
                                                            {"date", Asked::Date},
                                                            {"day", Asked::Date},
                                                            {"deadline", Asked::Date},
                                                            {"year", Asked::Date},
                                                            {"month", Asked::Date},
                                                            {"weekday", Asked::Date},
                                                            {"birthday", Asked::Date},
                                                            {"birthdate", Asked::Date},
                                                            {"season", Asked::Date},
                                                            {"time", Asked::Time},
                                                            {"hour", Asked::Time},
                                                            {"o'clock", Asked::Time},
                                                            {"duration", Asked::Duration},
                                                            {"period", Asked::Duration},
                                                            {"timeout", Asked::Duration},
                                                            {"frequency", Asked::Frequency},
                                                            {"percentage", Asked::Percent},
                                                            {"percent", Asked::Percent},
                                                            {"colour", Asked::Colour},
                                                            {"color", Asked::Colour},
                                                            {"shade", Asked::Colour},
                                                            {"temperature", Asked::Quantity},
                                                            {"weight", Asked::Quantity},
                                                            {"height", Asked::Quantity},
                                                            {"length", Asked::Quantity},
                                                            {"width", Asked::Quantity},
                                                            {"distance", Asked::Quantity},
                                                            {"capacity", Asked::Quantity},
                                                            {"speed", Asked::Quantity},
                                                            {"pressure", Asked::Quantity},
                                                            {"mileage", Asked::Quantity},
                                                            {"dosage", Asked::Quantity},
                                                            {"dose", Asked::Quantity},
                                                            {"depth", Asked::Quantity},
                                                            {"wattage", Asked::Quantity},
                                                            {"voltage", Asked::Quantity},
                                                            {"password", Asked::Code},
                                                            {"passphrase", Asked::Code},
                                                            {"pin", Asked::Code},
                                                            {"code", Asked::Code},
                                                            {"serial", Asked::Code},
                                                            {"reference", Asked::Code},
                                                            {"iban", Asked::Code},
                                                            {"port", Asked::Code},
                                                            {"version", Asked::Code},
                                                            {"plate", Asked::Code},
                                                            {"registration", Asked::Code},
                                                            {"isbn", Asked::Code},
                                                            {"passcode", Asked::Code},
                                                            {"postcode", Asked::Code},
                                                            {"vin", Asked::Code},
                                                            {"person", Asked::Person},
                                                            {"author", Asked::Person},
                                                            {"maintainer", Asked::Person},
                                                            {"name", Asked::Name},
                                                            {"surname", Asked::Name},
                                                            {"nickname", Asked::Name},
                                                            {"reason", Asked::Reason},
                                                            {"cause", Asked::Reason},
                                                            {"purpose", Asked::Reason},
                                                            {"steps", Asked::Steps},
                                                            {"procedure", Asked::Steps},
                                                            {"city", Asked::Place},
                                                            {"town", Asked::Place},
                                                            {"country", Asked::Place},
                                                            {"location", Asked::Place},
                                                            {"room", Asked::Which},
                                                            {"place", Asked::Place}};

}  // namespace

std::optional<Asked> kind_of_noun(std::string_view noun) {
  const auto found = kKinds.find(noun);
  if (found == kKinds.end()) return std::nullopt;
  return found->second;
}

bool accounted_by_kind(Asked asked, std::string_view word) {
  switch (asked) {
    case Asked::Money:
      return is_one_of(word, {"price", "cost", "costs", "cost", "amount", "much", "money", "euros",
                              "dollars", "pay", "paid", "charge", "charged", "sum", "expensive"});
    case Asked::Phone:
      return is_one_of(word, {"phone", "telephone", "number", "mobile", "call", "reach", "ring",
                              "hotline", "dial", "contact"});
    case Asked::Email:
      return is_one_of(word, {"email", "mail", "address", "e", "write", "contact", "reach"});
    case Asked::Url:
      return is_one_of(word, {"website", "url", "homepage", "link", "page", "web"});
    case Asked::Date:
      return is_one_of(word, {"date", "day", "year", "month", "weekday", "time", "when", "week"});
    case Asked::Time:
      return is_one_of(word, {"time", "hour", "clock", "when", "o'clock"});
    case Asked::Duration:
      return is_one_of(word, {"long", "time", "duration", "days", "hours", "minutes", "weeks",
                              "months", "years", "take", "period"});
    case Asked::Frequency:
      return is_one_of(word, {"often", "frequently", "frequency", "times"});
    case Asked::Percent:
      return is_one_of(word, {"percentage", "percent", "share", "rate"});
    case Asked::Colour:
      return is_one_of(word, {"colour", "color", "shade"});
    case Asked::Name:
      return is_one_of(word, {"name", "called", "named"});
    case Asked::Person:
      return is_one_of(word, {"person", "name", "responsible"});
    case Asked::Address:
      return is_one_of(word, {"address", "street", "live", "located"});
    case Asked::Place:
      return is_one_of(
          word, {"place", "located", "location", "find", "kept", "keep", "stored", "city", "town"});
    case Asked::Reason:
      return is_one_of(word, {"reason", "cause", "why", "come"});
    case Asked::Quantity:
      return is_one_of(
          word, {"many",        "much",   "big",        "large",   "heavy", "tall",     "far",
                 "high",        "long",   "deep",       "wide",    "fast",  "hot",      "old",
                 "grams",       "litres", "kilometres", "degrees", "kilos", "metres",   "amount",
                 "quantity",    "weight", "height",     "length",  "width", "distance", "depth",
                 "temperature", "weigh",  "weighs"});
    case Asked::Count:
      return is_one_of(word, {"many", "number", "count", "amount"});
    case Asked::Code:
      return is_one_of(word, {"number", "code"});
    case Asked::Steps:
      return is_one_of(word, {"steps", "procedure", "way", "step"});
    case Asked::Age:
      return is_one_of(word, {"old", "age"});
    case Asked::Amount:
      return is_one_of(word, {"much", "amount"});
    case Asked::Definition:
      return is_one_of(word, {"mean", "means", "meaning", "stand", "stands"});
    default:
      return false;
  }
}

bool needs_thing(Asked asked) { return asked < Asked::Place; }

bool fits(Asked asked, const Span& span) {
  const Thing t = span.thing;
  switch (asked) {
    case Asked::Person:
      return t == Thing::Name || t == Thing::Role;
    case Asked::Name:
      return t == Thing::Name;
    case Asked::Date:
      return t == Thing::Date || t == Thing::Time || t == Thing::Frequency;
    case Asked::Time:
      return t == Thing::Time;
    case Asked::Duration:
      return t == Thing::Duration;
    case Asked::Age:
      return t == Thing::Duration || (t == Thing::Date && !span.weak);
    case Asked::Frequency:
      return t == Thing::Frequency || t == Thing::Duration;
    case Asked::Money:
      return t == Thing::Money;
    case Asked::Amount:
      return t == Thing::Money || t == Thing::Quantity || t == Thing::Percent ||
             t == Thing::Duration || t == Thing::Number;
    case Asked::Count:
      return t == Thing::Number || t == Thing::Quantity;
    case Asked::Quantity:
      return t == Thing::Quantity || t == Thing::Number || t == Thing::Percent ||
             t == Thing::Duration;
    case Asked::Percent:
      return t == Thing::Percent;
    case Asked::Phone:
      return t == Thing::Phone;
    case Asked::Email:
      return t == Thing::Email;
    case Asked::Url:
      return t == Thing::Url;
    case Asked::Address:
      return t == Thing::Number || t == Thing::Code || t == Thing::Email;
    case Asked::Code:
      return t == Thing::Code || t == Thing::Number || t == Thing::Phone;
    case Asked::Colour:
      return t == Thing::Colour;
    case Asked::Place:
      return t == Thing::Place || t == Thing::Path || t == Thing::Url;
    default:
      return false;
  }
}

std::string_view name(Asked asked) {
  static constexpr std::array<std::string_view, 26> kNames = {
      "person",  "date",       "time",     "duration", "frequency", "age",    "money",
      "amount",  "count",      "quantity", "percent",  "phone",     "email",  "url",
      "address", "code",       "colour",   "name",     "place",     "yes/no", "reason",
      "steps",   "definition", "list",     "which",    "generic"};
  return kNames[static_cast<std::size_t>(asked)];
}

}  // namespace hearth::answer
