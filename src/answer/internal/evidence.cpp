#include "answer/internal/evidence.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <initializer_list>
#include <unordered_map>

#include "answer/internal/keys.h"

namespace hearth::answer {
namespace {

constexpr std::size_t kEmbedMax = 36;
constexpr std::size_t kSoftMax = 14;  // pieces whose words are compared by meaning
constexpr std::size_t kFreshWordsMax = 72;
constexpr std::size_t kCandidatesMax = 900;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool related(std::string_view a, std::string_view b) {
  constexpr std::size_t kPrefix = 5;
  if (a.size() < kPrefix || b.size() < kPrefix) return false;
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  return same >= kPrefix && a.size() - same <= 3 && b.size() - same <= 3;
}

bool starts_with_pronoun(const std::vector<Word>& words) {
  return !words.empty() &&
         is_one_of(words.front().lower, {"it", "he", "she", "they", "this", "these", "that", "its",
                                         "his", "her", "their", "then", "there", "both"});
}

bool is_from_question(const Span& span, const Candidate& candidate, const Request& request) {
  bool any = false;
  for (const Word& word : candidate.words) {
    if (word.range.start < span.range.start || word.range.end > span.range.end || word.stop)
      continue;
    if (std::ranges::find(request.stems, word.stem) == request.stems.end()) return false;
    any = true;
  }
  return any;
}

// Where a message's own words begin: after "date, time - name: ".
std::size_t message_prefix(std::string_view shown) {
  const std::size_t clock = shown.find(':');
  const std::size_t name = clock == std::string_view::npos ? clock : shown.find(": ", clock + 2);
  return name == std::string_view::npos ? 0 : name + 2;
}

// The greeting or the closing of a letter.
bool is_courtesy(const Candidate& c) {
  constexpr std::size_t kWordsMax = 7;
  if (c.words.empty() || c.words.size() > kWordsMax || c.unit.form == Form::Row) return false;
  const std::string& first = c.words.front().lower;
  const bool comma = c.unit.shown.ends_with(',') || c.unit.shown.ends_with('!');
  if (is_one_of(first, {"dear", "hello", "hi", "hey"})) return comma || c.words.size() <= 4;
  if (is_one_of(first, {"kind", "best", "warm", "with", "many", "yours", "greetings", "regards",
                        "sincerely", "cheers", "love"})) {
    return std::ranges::any_of(c.words, [](const Word& w) {
      return is_one_of(w.lower, {"regards", "wishes", "sincerely", "faithfully", "greetings",
                                 "truly", "cheers", "love", "thanks"});
    });
  }
  return false;
}

class Weigher {
 public:
  Weigher(const Request& request, std::vector<SourceText> sources) : request_(request) {
    evidence_.sources = std::move(sources);
    frames_.resize(evidence_.sources.size());
  }

  void cut() {
    for (std::size_t s = 0; s < evidence_.sources.size(); ++s) cut_source(s);
    for (Candidate& c : evidence_.candidates) measure_own(c);
    weigh_focus();
    measure();
  }

  Result<void> embed(const Call& call, inference::Embedder& embedder, VectorCache& cache);
  Result<void> compare_words(const Call& call, WordVectors& words);

  Evidence take() { return std::move(evidence_); }

 private:
  // How well what stands above or beside everything in a document holds each word of the question.
  struct Frame {
    bool ready = false;
    std::vector<double> title;
    std::vector<double> header;
    std::vector<double> anywhere;
  };

  void measure() {
    for (Frame& frame : frames_) frame.ready = false;
    for (std::size_t i = 0; i < evidence_.candidates.size(); ++i) measure_around(i);
    for (Candidate& c : evidence_.candidates) score(c);
    rank();
  }

  void cut_source(std::size_t s) {
    SourceText& source = evidence_.sources[s];
    for (const text::Range& region : regions_of(source, s)) {
      for (Unit& unit : units_of(source.text, source.hit.media_type, region)) {
        if (evidence_.candidates.size() >= kCandidatesMax) return;
        Candidate c;
        c.source = s;
        // A region may begin inside a paragraph: such blocks must not look like neighbours.
        unit.block += region.start * 1000;
        if (unit.context.empty()) unit.context = std::string(source.heading_at(unit.range.start));
        c.unit = std::move(unit);
        place(source, s, c);
        evidence_.candidates.push_back(std::move(c));
      }
    }
  }

  static void place(const SourceText& source, std::size_t rank, Candidate& c) {
    const double by_rank = 1.0 / (1.0 + 0.25 * static_cast<double>(rank));
    const double best = source.found_scores.front() > 0 ? source.found_scores.front() : 1;
    for (std::size_t i = 0; i < source.found.size(); ++i) {
      const text::Range& hit = source.found[i];
      if (c.unit.range.start >= hit.end || c.unit.range.end <= hit.start) continue;
      c.in_hit = true;
      c.nearness = std::max(c.nearness, source.found_nearness[i]);
      c.passage =
          std::max(c.passage, by_rank * (0.6 + 0.4 * std::min(source.found_scores[i] / best, 1.0)));
    }
    if (!c.in_hit) c.passage = by_rank * 0.5;
  }

  void measure_own(Candidate& c) {
    c.words = words_of(c.unit.shown);
    c.stems = stems_of(c.words);
    add_dates_in_words(c);
    for (const Focus& focus : request_.focus) c.own.push_back(match(focus, c.stems));
    find_things(c);
    if (request_.asked == Asked::Age) keep_ages(c);
    for (const Span& span : c.spans) c.thing = std::max(c.thing, span.weak ? 0.6 : 1.0);
    c.conflict = names_another(c);
    c.courtesy = is_courtesy(c);
    c.header = c.unit.form == Form::Field && c.unit.range.start < 600 &&
               evidence_.sources[c.source].hit.media_type == "message/rfc822" &&
               is_header(c.unit.shown) && !(asks_about_mail() && asks_for_header());
  }

  // "2025-10-13" answers to "October" and "2025".
  static void add_dates_in_words(Candidate& c) {
    static constexpr std::array<std::string_view, 12> kMonths = {
        "january", "february", "march",     "april",   "may",      "june",
        "july",    "august",   "september", "october", "november", "december"};
    for (const Word& word : c.words) {
      const std::string& w = word.lower;
      const bool iso = w.size() == 10 && w[4] == '-' && w[7] == '-' && word.has_digit;
      if (!iso) continue;
      c.stems.insert(w.substr(0, 4));
      const int month = (w[5] - '0') * 10 + (w[6] - '0');
      if (month >= 1 && month <= 12)
        c.stems.insert(stem_of(kMonths[static_cast<std::size_t>(month) - 1]));
    }
  }

  void find_things(Candidate& c) const {
    const std::size_t prefix = c.unit.form == Form::Message ? message_prefix(c.unit.shown) : 0;
    const bool keyed =
        c.unit.form == Form::Row || c.unit.form == Form::Code || c.unit.form == Form::Field;
    const std::vector<Span> all = recognise(c.unit.shown, c.words);
    for (Span span : all) {
      bool fit = fits(request_.asked, span) && !is_part_of_another(span, all);
      if (!fit && keyed && (span.thing == Thing::Number || span.thing == Thing::Date)) {
        fit = says_so(c, key_before(c.unit.shown, span.range.start));
        span.weak = false;
      } else if (!fit && request_.asked == Asked::Date && span.thing == Thing::Duration) {
        fit = follows_one_of(c, span, {"within", "after", "in", "until", "for", "than"});
        span.weak = true;
      } else if (!fit && request_.asked == Asked::Money && span.thing == Thing::Number) {
        fit = is_price(span.range, c.unit.shown);
        span.weak = true;
      }
      if (!fit || is_from_question(span, c, request_) || measures_another(span, c)) continue;
      if (span.range.start < prefix) {  // who wrote it and when, not what it says
        if (request_.asked != Asked::Person) continue;
        span.weak = true;
      }
      c.spans.push_back(span);
    }
  }

  [[nodiscard]] bool says_so(const Candidate& c, std::string_view key) const {
    if (request_.measure != Measure::Any) return key_measures(request_.measure, key);
    return key_says(request_.asked, key) ||
           (c.unit.form == Form::Row && key_says(request_.asked, c.unit.shown));
  }

  // The "17" of "17 April", the "49" of a telephone number.
  static bool is_part_of_another(const Span& span, const std::vector<Span>& all) {
    if (span.thing != Thing::Number && span.thing != Thing::Code) return false;
    return std::ranges::any_of(all, [&](const Span& other) {
      const bool whole = other.thing == Thing::Date || other.thing == Thing::Time ||
                         other.thing == Thing::Money ||
                         (other.thing == Thing::Phone && !other.weak);
      return whole && !other.weak && other.range.start <= span.range.start &&
             other.range.end >= span.range.end;
    });
  }

  static bool follows_one_of(const Candidate& c, const Span& span,
                             std::initializer_list<std::string_view> words) {
    for (std::size_t i = 0; i < c.words.size(); ++i) {
      if (c.words[i].range.end > span.range.start) break;
      if (c.words[i].range.end + 12 >= span.range.start && is_one_of(c.words[i].lower, words)) {
        return true;
      }
    }
    return false;
  }

  // "8.20": two digits after a point.
  static bool is_price(const text::Range& range, std::string_view shown) {
    const std::string_view number = shown.substr(range.start, range.size());
    return number.size() >= 4 && number[number.size() - 3] == '.';
  }

  // Years of age, or a date of birth or beginning.
  static void keep_ages(Candidate& c) {
    const bool spoken = std::ranges::any_of(c.words, [](const Word& w) {
      return is_one_of(w.lower, {"born", "built", "founded", "old", "age", "aged", "turns",
                                 "turned", "birthday", "dates", "established", "oldest", "made"});
    });
    if (spoken) return;
    std::erase_if(c.spans, [](const Span& s) { return s.thing != Thing::Date || !s.weak; });
    for (Span& span : c.spans) span.weak = true;
  }

  // Metres do not answer "how heavy".
  [[nodiscard]] bool measures_another(const Span& span, const Candidate& c) const {
    if (request_.measure == Measure::Any) return false;
    Measure unit = Measure::Any;
    for (const Word& word : c.words) {
      if (word.range.start < span.range.start || word.range.end > span.range.end) continue;
      const std::size_t cut = word.has_digit ? word.lower.find_first_not_of("0123456789.,") : 0;
      if (cut != std::string::npos) unit = measure_of(std::string_view(word.lower).substr(cut));
    }
    if (span.thing == Thing::Quantity && unit == Measure::Any) {  // "30 °C"
      const bool degrees = c.unit.shown.find("\xC2\xB0", span.range.start) < span.range.end;
      return (request_.measure == Measure::Temperature) != degrees;
    }
    if (unit != Measure::Any) return unit != request_.measure;
    const bool keyed = c.unit.form == Form::Row || c.unit.form == Form::Code;
    return span.thing == Thing::Duration || span.thing == Thing::Percent ||
           (span.thing == Thing::Number && !keyed);
  }

  static bool begins_a_word(std::string_view text, std::string_view start) {
    for (std::size_t at = text.find(start); at != std::string_view::npos;
         at = text.find(start, at + 1)) {
      if (at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0) return true;
    }
    return false;
  }

  // "quince-guests" where the question says "quince-attic".
  [[nodiscard]] bool names_another(const Candidate& c) const {
    if (request_.compounds.empty()) return false;
    const std::string lower = fold(c.unit.shown);
    for (const std::string& compound : request_.compounds) {
      if (lower.find(compound) != std::string::npos) continue;
      const std::string stem = compound.substr(0, compound.find('-') + 1);
      if (begins_a_word(lower, stem)) return true;
    }
    return false;
  }

  // A word that stands in every document looked at tells them apart less than one in a few.
  void weigh_focus() {
    const std::size_t n = evidence_.sources.size();
    for (std::size_t f = 0; f < request_.focus.size(); ++f) {
      std::vector<bool> holds(n, false);
      for (const Candidate& c : evidence_.candidates) {
        if (c.own[f] >= 0.75) holds[c.source] = true;
      }
      const auto share =
          n == 0 ? 0.0
                 : static_cast<double>(std::ranges::count(holds, true)) / static_cast<double>(n);
      evidence_.weights.push_back(request_.focus[f].weight * (1.25 - 0.5 * share));
    }
  }

  static StemSet stems_of_text(std::string_view text) { return stems_of(words_of(text)); }

  double soft_match(std::size_t f, const StemSet& stems) const {
    double best = match(request_.focus[f], stems);
    if (best >= 0.8 || soft_.empty()) return best;
    for (const std::string& stem : stems) {
      const auto found = soft_[f].find(stem);
      if (found != soft_[f].end()) best = std::max(best, found->second);
    }
    return best;
  }

  const Frame& frame(std::size_t s) {
    Frame& frame = frames_[s];
    if (frame.ready) return frame;
    frame = {};
    frame.ready = true;
    const search::Hit& hit = evidence_.sources[s].hit;
    std::string name = hit.path.substr(hit.path.rfind('/') + 1);
    std::ranges::replace(name, '_', ' ');
    const StemSet title = stems_of_text(hit.title + " " + name + " " + hit.collection);
    const bool mail = hit.media_type == "message/rfc822";
    const std::string& text = evidence_.sources[s].text;
    const std::size_t blank = mail ? std::min<std::size_t>(text.find("\n\n"), 800) : 0;
    const StemSet header =
        stems_of_text(std::string_view(text).substr(0, std::min(blank, text.size())));
    for (std::size_t f = 0; f < request_.focus.size(); ++f) {
      frame.title.push_back(soft_match(f, title));
      frame.header.push_back(soft_match(f, header));
      double anywhere = 0;
      for (const Candidate& c : evidence_.candidates) {
        if (c.source == s) anywhere = std::max(anywhere, c.own[f]);
      }
      frame.anywhere.push_back(anywhere);
    }
    return frame;
  }

  void measure_around(std::size_t i) {
    Candidate& c = evidence_.candidates[i];
    const StemSet heading = stems_of_text(c.unit.context);
    const Frame& doc = frame(c.source);
    const bool small = evidence_.sources[c.source].text.size() < 4000;
    c.around = c.own;
    c.close = c.own;
    for (std::size_t f = 0; f < request_.focus.size(); ++f) {
      c.close[f] = std::max({c.own[f], 0.9 * soft_match(f, heading), neighbour(i, f)});
      c.around[f] = std::max({c.close[f], 0.75 * doc.title[f], 0.75 * doc.header[f]});
      if (is_record(c) || request_.focus[f].number) continue;
      c.around[f] = std::max(c.around[f], (small ? 0.45 : 0.25) * doc.anywhere[f]);
      if (c.in_hit) c.around[f] = std::max(c.around[f], 0.5 * passage_match(c, f));
    }
    c.lexical = share(c.own) * 0.55 + share(c.around) * 0.45;
  }

  // The best match in the found passages that hold this piece.
  double passage_match(const Candidate& c, std::size_t f) const {
    double best = 0;
    for (const text::Range& hit : evidence_.sources[c.source].found) {
      if (c.unit.range.start >= hit.end || c.unit.range.end <= hit.start) continue;
      for (const Candidate& other : evidence_.candidates) {
        const bool inside = other.source == c.source && other.unit.range.start >= hit.start &&
                            other.unit.range.end <= hit.end;
        if (inside) best = std::max(best, other.own[f]);
      }
    }
    return best;
  }

  double neighbour(std::size_t i, std::size_t f) const {
    constexpr std::ptrdiff_t kReach = 3;
    const Candidate& c = evidence_.candidates[i];
    double best = 0;
    for (std::ptrdiff_t d = -kReach; d <= kReach; ++d) {
      const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(i) + d;
      if (d == 0 || at < 0 || at >= std::ssize(evidence_.candidates)) continue;
      const Candidate& other = evidence_.candidates[static_cast<std::size_t>(at)];
      if (other.source != c.source || is_record(c) || is_record(other)) continue;
      const bool together = other.unit.block == c.unit.block;
      double weight = together ? 0.7 : 0.4;
      if (d == -1 && together && starts_with_pronoun(c.words)) weight = 0.9;
      if (d == -1 && together) weight = std::max(weight, 0.75);
      if (d < -1 || d > 1) weight *= 0.8;
      best = std::max(best, weight * other.own[f]);
    }
    return best;
  }

  // Rows stand alone: a neighbour row speaks of something else.
  static bool is_record(const Candidate& c) { return c.unit.form == Form::Row; }

  [[nodiscard]] double share(const std::vector<double>& matches) const {
    double sum = 0;
    double all = 0;
    for (std::size_t f = 0; f < matches.size(); ++f) {
      // A name tells documents apart, but not the sentences of one.
      const double weight = evidence_.weights[f] * (request_.focus[f].name ? 0.65 : 1.0);
      sum += weight * matches[f];
      all += weight;
    }
    return all > 0 ? sum / all : 0;
  }

  // "Who wrote …", "when was … sent": the rest is in what they wrote.
  [[nodiscard]] bool asks_for_header() const {
    return request_.asked == Asked::Person || request_.asked == Asked::Date ||
           request_.asked == Asked::Time || request_.asked == Asked::Email;
  }

  [[nodiscard]] bool asks_about_mail() const {
    return std::ranges::any_of(request_.focus, [](const Focus& f) {
      return is_one_of(f.stem,
                       {"mail", "email", "letter", "write", "send", "sent", "messag", "repli"});
    });
  }

  void score(Candidate& c) const {
    const double meaning = std::clamp((c.meaning - 0.45) / 0.4, 0.0, 1.0);
    const double nearness = std::clamp((c.nearness - 0.5) / 0.3, 0.0, 1.0);
    const double needs = needs_thing(request_.asked) && !request_.soft ? 0.2 : 0.06;
    c.score =
        0.42 * c.lexical + 0.3 * meaning + 0.06 * nearness + needs * c.thing + 0.1 * c.passage;
    if (c.unit.form == Form::Heading) c.score -= 0.22;
    if (c.conflict) c.score -= 0.3;
    if (c.courtesy) c.score -= 0.5;
    if (c.words.size() < 4 && c.spans.empty()) c.score -= 0.08;
    if (c.unit.shown.ends_with('?')) c.score -= 0.2;  // another question is no answer
    if (c.header) c.score -= 0.18;
  }

  static bool is_header(std::string_view shown) {
    for (const std::string_view key :
         {"From:", "To:", "Date:", "Cc:", "Subject:", "Reply-To:", "Message-ID:"}) {
      if (shown.starts_with(key)) return true;
    }
    return false;
  }

  void rank() {
    evidence_.ranking.resize(evidence_.candidates.size());
    for (std::size_t i = 0; i < evidence_.ranking.size(); ++i) evidence_.ranking[i] = i;
    std::ranges::stable_sort(evidence_.ranking, std::greater{},
                             [&](std::size_t i) { return evidence_.candidates[i].score; });
  }

  [[nodiscard]] std::string text_to_embed(std::size_t i) const {
    constexpr std::size_t kBytesMax = 500;
    const Candidate& c = evidence_.candidates[i];
    const search::Hit& hit = evidence_.sources[c.source].hit;
    std::string out;
    if (!hit.title.empty()) out += text::shorten(text::squeeze(hit.title), 80) + ". ";
    if (!c.unit.context.empty() && c.unit.context != hit.title) {
      out += text::shorten(c.unit.context, 100) + ": ";
    }
    const bool lean = c.words.size() < 6 || starts_with_pronoun(c.words);
    if (lean && i > 0 && c.unit.form != Form::Row) {
      const Candidate& before = evidence_.candidates[i - 1];
      if (before.source == c.source && before.unit.block == c.unit.block &&
          before.unit.form == c.unit.form) {
        out += text::shorten(before.unit.shown, 160) + " ";
      }
    }
    return text::shorten(out + c.unit.shown, kBytesMax);
  }

  // Per focus word: stems of the documents that mean nearly the same to the embedder.
  std::vector<std::unordered_map<std::string, double>> soft_;
  const Request& request_;
  Evidence evidence_;
  std::vector<Frame> frames_;
};

double cosine(const inference::Vector& a, const inference::Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

// Words alone can decide when the embedder cannot answer; a stopped call is a stopped call.
bool may_go_on(const Error& error) {
  return error.code != Code::Cancelled && error.code != Code::TimedOut;
}

Result<void> Weigher::embed(const Call& call, inference::Embedder& embedder, VectorCache& cache) {
  const std::string fingerprint = embedder.info().fingerprint;
  if (fingerprint.empty() || evidence_.candidates.empty()) return {};
  const std::size_t count = std::min(kEmbedMax, evidence_.ranking.size());
  std::vector<VectorCache::Key> keys;
  for (std::size_t k = 0; k < count; ++k) {
    const Candidate& c = evidence_.candidates[evidence_.ranking[k]];
    const SourceText& source = evidence_.sources[c.source];
    keys.push_back({source.chunk_at(c.unit.range.start), source.base_byte + c.unit.range.start,
                    source.base_byte + c.unit.range.end});
  }
  TRY_ASSIGN(auto vectors, cache.find(call, fingerprint, keys));
  std::vector<std::string> texts;
  std::vector<VectorCache::Key> made;
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < count; ++k) {
    if (vectors[k]) continue;
    texts.push_back(text_to_embed(evidence_.ranking[k]));
    made.push_back(keys[k]);
    places.push_back(k);
  }
  if (!texts.empty()) {
    auto fresh = embedder.embed_documents(call, texts, inference::Urgency::Interactive);
    if (!fresh) {
      if (may_go_on(fresh.error())) return {};
      return std::unexpected(fresh.error());
    }
    for (std::size_t t = 0; t < texts.size(); ++t) vectors[places[t]] = (*fresh)[t];
    // A full disk or a busy writer must not cost the person their answer.
    const Result<void> kept = cache.keep(call, fingerprint, made, *fresh);
    if (!kept && !may_go_on(kept.error())) return kept;
  }
  auto query = embedder.embed_query(call, request_.text);
  if (!query) {
    if (may_go_on(query.error())) return {};
    return std::unexpected(query.error());
  }
  evidence_.by_meaning = true;
  for (std::size_t k = 0; k < count; ++k) {
    Candidate& c = evidence_.candidates[evidence_.ranking[k]];
    c.meaning = cosine(*query, *vectors[k]);
    c.embedded = true;
  }
  for (Candidate& c : evidence_.candidates) score(c);
  rank();
  return {};
}

// A question in other words than the text's: which of its words has a near relative there?
Result<void> Weigher::compare_words(const Call& call, WordVectors& words) {
  if (!evidence_.by_meaning) return {};
  const auto is_open = [&](std::size_t f) {
    const Focus& focus = request_.focus[f];
    return focus.weight >= 0.3 && !focus.name && !focus.number;
  };
  std::vector<std::string> needed;
  for (std::size_t f = 0; f < request_.focus.size(); ++f) {
    if (is_open(f)) needed.push_back(request_.focus[f].word);
  }
  if (needed.empty()) return {};
  std::vector<std::pair<std::string, std::string>> theirs;  // word, stem
  for (std::size_t k = 0; k < std::min(kSoftMax, evidence_.ranking.size()); ++k) {
    for (const Word& word : evidence_.candidates[evidence_.ranking[k]].words) {
      if (word.stop || word.has_digit || word.lower.size() < 3) continue;
      const bool there =
          std::ranges::any_of(theirs, [&](const auto& t) { return t.second == word.stem; });
      if (!there) theirs.emplace_back(word.lower, word.stem);
    }
  }
  for (const auto& [word, stem] : theirs) needed.push_back(word);
  const Result<void> learnt = words.learn(call, needed, kFreshWordsMax);
  if (!learnt) return may_go_on(learnt.error()) ? Result<void>{} : learnt;
  soft_.assign(request_.focus.size(), {});
  for (std::size_t f = 0; f < request_.focus.size(); ++f) {
    if (!is_open(f)) continue;
    for (const auto& [word, stem] : theirs) {
      const double likeness = words.likeness(request_.focus[f].word, word);
      if (likeness > 0) soft_[f][stem] = likeness;
    }
  }
  for (Candidate& c : evidence_.candidates) {
    for (std::size_t f = 0; f < c.own.size(); ++f) c.own[f] = soft_match(f, c.stems);
  }
  measure();
  return {};
}

}  // namespace

double match(const Focus& focus, const StemSet& stems) {
  if (stems.contains(focus.stem)) return 1;
  if (focus.number) return 0;
  double best = 0;
  for (const std::string& stem : stems) {
    if (!focus.name && are_synonyms(focus.stem, stem)) best = std::max(best, 0.8);
    if (related(focus.stem, stem)) best = std::max(best, 0.75);
  }
  return best;
}

Result<Evidence> weigh(const Call& call, const Request& request, std::vector<SourceText> sources,
                       inference::Embedder& embedder, VectorCache& cache, WordVectors& words) {
  Weigher weigher(request, std::move(sources));
  weigher.cut();
  TRY(weigher.embed(call, embedder, cache));
  TRY(weigher.compare_words(call, words));
  return weigher.take();
}

}  // namespace hearth::answer
