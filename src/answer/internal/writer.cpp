#include "answer/internal/writer.h"

#include <algorithm>

#include "answer/internal/compose.h"
#include "core/format.h"

namespace hearth::answer {
namespace {

constexpr std::string_view kRules =
    "Answer the question from the numbered passages only. Use their own words. Write one to three "
    "short sentences and put the passage's number in brackets after each, like [1]. Do not add anything "
    "that the passages do not say. If they do not answer the question, write exactly: "
    "Nothing in your files answers this.";
constexpr std::size_t kAnswerTokensMax = 220;
constexpr double kNearEnough = 0.62;  // cosine of a written sentence and the one that supports it

// The neighbours of a candidate that read as one paragraph with it.
std::pair<std::size_t, std::size_t> paragraph_around(const Evidence& evidence, std::size_t key,
                                                     std::size_t bytes_max) {
  const auto& list = evidence.candidates;
  std::size_t first = key;
  std::size_t last = key;
  std::size_t bytes = list[key].unit.shown.size();
  const auto joins = [&](std::size_t i) {
    return list[i].source == list[key].source && list[i].unit.block == list[key].unit.block &&
           list[i].unit.form != Form::Row && bytes + list[i].unit.shown.size() < bytes_max;
  };
  for (bool grew = true; grew;) {
    grew = false;
    if (first > 0 && joins(first - 1)) {
      bytes += list[--first].unit.shown.size();
      grew = true;
    }
    if (last + 1 < list.size() && joins(last + 1)) {
      bytes += list[++last].unit.shown.size();
      grew = true;
    }
  }
  return {first, last};
}

std::string text_of(const Evidence& evidence, std::size_t first, std::size_t last) {
  std::string out;
  for (std::size_t i = first; i <= last; ++i) {
    const Unit& unit = evidence.candidates[i].unit;
    const bool line = unit.form != Form::Sentence;
    if (!out.empty()) out += line ? "\n" : " ";
    out += unit.shown;
  }
  return out;
}

inference::ChatRequest with_limits(std::vector<inference::ChatMessage> messages) {
  inference::ChatRequest request;
  request.messages = std::move(messages);
  request.tokens_max = kAnswerTokensMax;
  return request;
}

Prompt weak_prompt(const Evidence& evidence, const Finding& finding, std::string_view question) {
  constexpr std::size_t kBytesMax = 900;
  const std::size_t key = finding.parts.front().key;
  const auto [first, last] = paragraph_around(evidence, key, kBytesMax);
  Prompt prompt;
  prompt.request = with_limits({{inference::ChatMessage::Role::User,
                                 text_of(evidence, first, last) + "\n\n" + std::string(question)}});
  prompt.request.tokens_max = 96;
  for (std::size_t i = first; i <= last; ++i) prompt.candidates.push_back(i);
  return prompt;
}

struct Passage {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<Passage> passages_for(const Evidence& evidence, const Finding& finding) {
  constexpr std::size_t kBytesMax = 1100;
  constexpr std::size_t kCountMax = 6;
  std::vector<Passage> passages;
  const auto add = [&](std::size_t key) {
    const bool there = std::ranges::any_of(
        passages, [&](const Passage& p) { return key >= p.first && key <= p.last; });
    if (there || passages.size() >= kCountMax) return;
    const auto [first, last] = paragraph_around(evidence, key, kBytesMax);
    passages.push_back({first, last});
  };
  for (const Part& part : finding.parts) add(part.key);
  for (const std::size_t i : evidence.ranking) add(i);
  return passages;
}

Prompt full_prompt(const Evidence& evidence, const std::vector<Passage>& passages,
                   std::size_t count, std::string_view question) {
  Prompt prompt;
  std::string context;
  for (std::size_t p = 0; p < count; ++p) {
    const Candidate& lead = evidence.candidates[passages[p].first];
    const search::Hit& hit = evidence.sources[lead.source].hit;
    const std::string name =
        hit.title.empty() ? hit.path.substr(hit.path.rfind('/') + 1) : hit.title;
    context += format("[{}] {}{}{}\n{}\n\n", p + 1, name, lead.unit.context.empty() ? "" : " > ",
                      lead.unit.context, text_of(evidence, passages[p].first, passages[p].last));
    for (std::size_t i = passages[p].first; i <= passages[p].last; ++i)
      prompt.candidates.push_back(i);
  }
  prompt.request = with_limits(
      {{inference::ChatMessage::Role::System, std::string(kRules)},
       {inference::ChatMessage::Role::User, context + "Question: " + std::string(question)}});
  prompt.left_out = passages.size() - count;
  return prompt;
}

// Cuts what streams in into sentences; the rest waits for its end.
class SentenceStream {
 public:
  std::vector<std::string> push(std::string_view piece) {
    pending_ += piece;
    const std::vector<text::Range> parts = sentences_of(pending_);
    std::vector<std::string> whole;
    // A last sentence is whole when a line ends after it; marks "[1]" may still follow a full stop.
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) whole.push_back(cut(parts[i]));
    if (!parts.empty()) pending_ = pending_.substr(parts.back().start);
    return whole;
  }
  std::vector<std::string> finish() {
    std::vector<std::string> whole;
    for (const text::Range& part : sentences_of(pending_)) whole.push_back(cut(part));
    pending_.clear();
    return whole;
  }

 private:
  [[nodiscard]] std::string cut(const text::Range& range) const {
    return pending_.substr(range.start, range.size());
  }
  std::string pending_;
};

double cosine(const inference::Vector& a, const inference::Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

class Writing {
 public:
  Writing(const Call& call, inference::Embedder& embedder, const Prompt& prompt,
          std::string_view question, const Evidence& evidence, const Sink<Event>& sink,
          int first_number)
      : call_(call),
        embedder_(embedder),
        prompt_(prompt),
        evidence_(evidence),
        sink_(sink),
        first_number_(first_number),
        checker_(grounds(), question) {}

  Flow take(const std::vector<std::string>& sentences) {
    for (const std::string& sentence : sentences) {
      if (take(sentence) == Flow::Stop) return Flow::Stop;
    }
    return Flow::Continue;
  }

  Written result() { return std::move(written_); }

 private:
  [[nodiscard]] std::vector<Ground> grounds() const {
    std::vector<Ground> grounds;
    for (std::size_t k = 0; k < prompt_.candidates.size(); ++k) {
      const std::size_t i = prompt_.candidates[k];
      const Candidate& c = evidence_.candidates[i];
      const bool follows = k > 0 && prompt_.candidates[k - 1] + 1 == i &&
                           evidence_.candidates[i - 1].unit.block == c.unit.block &&
                           evidence_.candidates[i - 1].source == c.source &&
                           c.unit.form == Form::Sentence;
      grounds.push_back(
          {c.unit.shown, evidence_.sources[c.source].hit.title + " " + c.unit.context, follows});
    }
    return grounds;
  }

  // Words agree; do the meanings? Without an embedder the words alone decide.
  [[nodiscard]] bool near(const std::string& sentence, std::size_t ground) {
    const std::vector<std::string> pair = {
        sentence, evidence_.candidates[prompt_.candidates[ground]].unit.shown};
    const auto vectors = embedder_.embed_documents(call_, pair, inference::Urgency::Interactive);
    if (!vectors || vectors->size() != 2) return true;
    return cosine((*vectors)[0], (*vectors)[1]) >= kNearEnough;
  }

  Flow take(const std::string& sentence) {
    if (text::trim(sentence).empty() || ended_) return Flow::Continue;
    if (is_refusal(sentence)) {
      written_.refused = written_.text.empty();
      ended_ = true;
      return Flow::Continue;
    }
    // A weak model says the same thing again and again.
    const std::string plain = without_marks(sentence);
    if (std::ranges::find(shown_, plain) != shown_.end()) return Flow::Continue;
    const Support support = checker_.check(sentence);
    if (!support.supported || !near(sentence, support.ground)) {
      ++written_.dropped;
      return Flow::Continue;
    }
    shown_.push_back(plain);
    return show(plain, prompt_.candidates[support.ground]);
  }

  Flow show(const std::string& sentence, std::size_t candidate) {
    int number = 0;
    for (std::size_t k = 0; k < cited_.size(); ++k) {
      if (cited_[k] == candidate) number = static_cast<int>(k) + first_number_;
    }
    if (number == 0) {
      cited_.push_back(candidate);
      number = static_cast<int>(cited_.size()) - 1 + first_number_;
      const Candidate& c = evidence_.candidates[candidate];
      written_.citations.push_back(cite(evidence_, candidate, candidate, number, c.score));
      if (sink_(CitationEvent{written_.citations.back()}) == Flow::Stop) return Flow::Stop;
    }
    const std::string shown =
        format("{}{} [{}]", written_.text.empty() ? "" : " ", sentence, number);
    written_.text += shown;
    return sink_(Piece{shown});
  }

  static std::string without_marks(std::string_view sentence) {
    std::string out;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
      const std::size_t close = sentence[i] == '[' ? sentence.find(']', i) : std::string_view::npos;
      const bool mark = close != std::string_view::npos && close > i + 1 && close - i <= 4 &&
                        sentence.substr(i + 1, close - i - 1).find_first_not_of("0123456789, ") ==
                            std::string_view::npos;
      if (mark) {
        i = close;
      } else {
        out.push_back(sentence[i]);
      }
    }
    std::string clean = text::squeeze(out);
    for (const std::string_view gap : {" .", " ,"}) {
      for (std::size_t at = clean.find(gap); at != std::string::npos; at = clean.find(gap)) {
        clean.erase(at, 1);
      }
    }
    return clean;
  }

  const Call& call_;
  inference::Embedder& embedder_;
  const Prompt& prompt_;
  const Evidence& evidence_;
  const Sink<Event>& sink_;
  int first_number_;
  Checker checker_;
  Written written_;
  std::vector<std::size_t> cited_;
  std::vector<std::string> shown_;
  bool ended_ = false;
};

}  // namespace

Result<Prompt> make_prompt(const Call& call, inference::ChatModel& chat, const Request& request,
                           std::string_view question, const Evidence& evidence,
                           const Finding& finding) {
  // A follow-up makes sense to the model only with its topic in front.
  const std::string asked =
      request.text == text::squeeze(question) ? std::string(question) : request.text;
  const inference::ChatModelInfo info = chat.info();
  if (info.weak) return weak_prompt(evidence, finding, asked);
  const std::vector<Passage> passages = passages_for(evidence, finding);
  for (std::size_t count = passages.size(); count > 0; --count) {
    Prompt prompt = full_prompt(evidence, passages, count, asked);
    TRY_ASSIGN(const std::size_t tokens, chat.count_tokens(call, prompt.request));
    if (info.context_tokens == 0 || tokens + kAnswerTokensMax <= info.context_tokens) return prompt;
  }
  return fail(
      Code::Exhausted,
      format("the model's context of {} tokens is too small for one passage", info.context_tokens));
}

Result<Written> write_answer(const Call& call, inference::ChatModel& chat,
                             inference::Embedder& embedder, const Prompt& prompt,
                             std::string_view question, const Evidence& evidence,
                             const Sink<Event>& sink, int first_number) {
  Writing writing(call, embedder, prompt, question, evidence, sink, first_number);
  SentenceStream stream;
  bool stopped = false;
  const auto generated = chat.generate(call, prompt.request, [&](const std::string_view& piece) {
    const Flow flow = writing.take(stream.push(piece));
    stopped = stopped || flow == Flow::Stop;
    return flow;
  });
  if (!generated) return std::unexpected(generated.error());
  const bool whole = generated->finish == inference::FinishReason::Stop;
  // A sentence that the token limit cut off is not a claim anybody made.
  if (!stopped && whole) writing.take(stream.finish());
  Written written = writing.result();
  written.passages_left_out = prompt.left_out;
  return written;
}

}  // namespace hearth::answer
