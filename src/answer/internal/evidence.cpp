#include "answer/internal/evidence.h"

#include <algorithm>
#include <cmath>

namespace hearth::answer {
namespace {

constexpr std::size_t kEmbedMax = 40;
constexpr std::size_t kWholeBytesMax = 7000;   // shorter documents are looked at from end to end
constexpr std::size_t kWholeRankMax = 6;       // but only the best few
constexpr std::size_t kMarginBytes = 500;      // around a hit in a longer one
constexpr std::size_t kCandidatesMax = 900;

std::vector<text::Range> regions_of(const SourceText& source, std::size_t rank) {
  if (source.text.size() <= kWholeBytesMax && rank < kWholeRankMax) return {{0, source.text.size()}};
  std::vector<text::Range> regions;
  for (const text::Range& hit : source.found) {
    std::size_t start = hit.start > kMarginBytes ? hit.start - kMarginBytes : 0;
    std::size_t end = std::min(hit.end + kMarginBytes, source.text.size());
    if (start > 0) start = std::min(source.text.rfind('\n', start) + 1, hit.start);
    end = std::max(std::min(source.text.find('\n', end), source.text.size()), hit.end);
    regions.push_back({start, end});
  }
  std::ranges::sort(regions, {}, &text::Range::start);
  std::vector<text::Range> merged;
  for (const text::Range& region : regions) {
    if (!merged.empty() && region.start <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, region.end);
    } else {
      merged.push_back(region);
    }
  }
  return merged;
}

bool related(std::string_view a, std::string_view b) {
  constexpr std::size_t kPrefix = 5;
  if (a.size() < kPrefix || b.size() < kPrefix) return false;
  std::size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  return same >= kPrefix && a.size() - same <= 3 && b.size() - same <= 3;
}

bool starts_with_pronoun(const std::vector<Word>& words) {
  if (words.empty()) return false;
  for (const std::string_view p : {"it", "he", "she", "they", "this", "these", "that", "its", "his",
                                   "her", "their", "then", "there", "both"}) {
    if (words.front().lower == p) return true;
  }
  return false;
}

bool is_from_question(const Span& span, const Candidate& candidate, const Request& request) {
  bool any = false;
  for (const Word& word : candidate.words) {
    if (word.range.start < span.range.start || word.range.end > span.range.end || word.stop) continue;
    if (std::ranges::find(request.stems, word.stem) == request.stems.end()) return false;
    any = true;
  }
  return any;
}

class Weigher {
 public:
  Weigher(const Request& request, std::vector<SourceText> sources) : request_(request) {
    evidence_.sources = std::move(sources);
  }

  void cut() {
    for (std::size_t s = 0; s < evidence_.sources.size(); ++s) cut_source(s);
    for (Candidate& c : evidence_.candidates) measure_own(c);
    weigh_focus();
    for (std::size_t i = 0; i < evidence_.candidates.size(); ++i) measure_around(i);
    for (Candidate& c : evidence_.candidates) score(c);
    rank();
  }

  Result<void> embed(const Call& call, inference::Embedder& embedder, VectorCache& cache);

  Evidence take() { return std::move(evidence_); }

 private:
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
    for (std::size_t i = 0; i < source.found.size(); ++i) {
      const text::Range& hit = source.found[i];
      if (c.unit.range.start >= hit.end || c.unit.range.end <= hit.start) continue;
      c.in_hit = true;
      const double within = source.found_scores.front() > 0
                                ? source.found_scores[i] / source.found_scores.front()
                                : 1.0;
      c.passage = std::max(c.passage, by_rank * (0.6 + 0.4 * std::min(within, 1.0)));
    }
    if (!c.in_hit) c.passage = by_rank * 0.5;
  }

  void measure_own(Candidate& c) {
    c.words = words_of(c.unit.shown);
    c.stems = stems_of(c.words);
    for (const Focus& focus : request_.focus) c.own.push_back(match(focus, c.stems));
    for (Span& span : recognise(c.unit.shown, c.words)) {
      if (fits(request_.asked, span) && !is_from_question(span, c, request_)) c.spans.push_back(span);
    }
    for (const Span& span : c.spans) c.thing = std::max(c.thing, span.weak ? 0.6 : 1.0);
  }

  // A word that stands in every document looked at tells them apart less than one in a few.
  void weigh_focus() {
    const std::size_t n = evidence_.sources.size();
    for (std::size_t f = 0; f < request_.focus.size(); ++f) {
      std::vector<bool> holds(n, false);
      for (const Candidate& c : evidence_.candidates) {
        if (c.own[f] >= 0.75) holds[c.source] = true;
      }
      const auto share = n == 0 ? 0.0
                                : static_cast<double>(std::ranges::count(holds, true)) /
                                      static_cast<double>(n);
      evidence_.weights.push_back(request_.focus[f].weight * (1.25 - 0.5 * share));
    }
  }

  StemSet stems_of_text(std::string_view text) const { return stems_of(words_of(text)); }

  struct Frame {
    std::vector<double> title;
    std::vector<double> header;
  };

  const Frame& frame(std::size_t s) {
    if (frames_.empty()) frames_.resize(evidence_.sources.size());
    Frame& frame = frames_[s];
    if (!frame.title.empty() || request_.focus.empty()) return frame;
    const search::Hit& hit = evidence_.sources[s].hit;
    std::string name = hit.path.substr(hit.path.rfind('/') + 1);
    std::ranges::replace(name, '_', ' ');
    const StemSet title = stems_of_text(hit.title + " " + name + " " + hit.collection);
    const bool mail = hit.media_type == "message/rfc822";
    const std::string& text = evidence_.sources[s].text;
    const std::size_t blank = mail ? std::min<std::size_t>(text.find("\n\n"), 800) : 0;
    const StemSet header = stems_of_text(std::string_view(text).substr(0, std::min(blank, text.size())));
    for (const Focus& focus : request_.focus) {
      frame.title.push_back(match(focus, title));
      frame.header.push_back(match(focus, header));
    }
    return frame;
  }

  void measure_around(std::size_t i) {
    Candidate& c = evidence_.candidates[i];
    const StemSet heading = stems_of_text(c.unit.context);
    const Frame& doc = frame(c.source);
    c.around = c.own;
    for (std::size_t f = 0; f < request_.focus.size(); ++f) {
      double best = 0.9 * match(request_.focus[f], heading);
      best = std::max({best, 0.75 * doc.title[f], 0.75 * doc.header[f], neighbour(i, f)});
      c.around[f] = std::max(c.around[f], best);
    }
    c.lexical = share(c.own) * 0.6 + share(c.around) * 0.4;
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
      double weight = together ? 0.7 : 0.3;
      if (d == -1 && together && starts_with_pronoun(c.words)) weight = 0.9;
      if (d == -1 && together) weight = std::max(weight, 0.75);
      if (d < -1 || d > 1) weight *= 0.7;
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
      sum += evidence_.weights[f] * matches[f];
      all += evidence_.weights[f];
    }
    return all > 0 ? sum / all : 0;
  }

  void score(Candidate& c) const {
    const double meaning = std::clamp((c.meaning - 0.45) / 0.4, 0.0, 1.0);
    const double form = c.unit.form == Form::Heading ? -0.15 : 0.0;
    const double short_piece = c.words.size() < 4 && c.spans.empty() ? -0.08 : 0.0;
    const double needs = needs_thing(request_.asked) ? 0.2 : 0.08;
    c.score = 0.42 * c.lexical + 0.34 * meaning + needs * c.thing + 0.1 * c.passage + form + short_piece;
    if (c.unit.shown.ends_with('?')) c.score -= 0.12;  // another question is no answer
  }

  void rank() {
    evidence_.ranking.resize(evidence_.candidates.size());
    for (std::size_t i = 0; i < evidence_.ranking.size(); ++i) evidence_.ranking[i] = i;
    std::ranges::stable_sort(evidence_.ranking, std::greater{}, [&](std::size_t i) {
      return evidence_.candidates[i].score;
    });
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
                       inference::Embedder& embedder, VectorCache& cache) {
  Weigher weigher(request, std::move(sources));
  weigher.cut();
  TRY(weigher.embed(call, embedder, cache));
  return weigher.take();
}

}  // namespace hearth::answer
