/// The candidate sentences of an answer and how well each one fits the question.
#pragma once

#include <string>
#include <vector>

#include "answer/internal/question.h"
#include "answer/internal/recognise.h"
#include "answer/internal/source_text.h"
#include "answer/internal/units.h"
#include "answer/internal/vector_cache.h"
#include "answer/internal/word_vectors.h"
#include "answer/internal/words.h"
#include "inference/embedder.h"

namespace hearth::answer {

/// A piece of a document, measured against one question.
struct Candidate {
  std::size_t source = 0;  ///< Index in `Evidence::sources`.
  Unit unit;
  std::vector<Word> words;  ///< Of `unit.shown`.
  StemSet stems;
  std::vector<Span> spans;     ///< Things asked for that the question does not name itself.
  std::vector<double> own;     ///< Per focus word: how well the piece itself holds it.
  std::vector<double> around;  ///< The same with its headings and neighbours.
  std::vector<double> close;   ///< The same with its neighbours and heading only.
  bool conflict = false;       ///< It names another "quince-…" than the question does.
  bool courtesy = false;       ///< "Dear Mrs Alder,": never an answer.
  bool header = false;         ///< "From: …" of a mail that nobody asked about.
  bool in_hit = false;         ///< Search found the passage it stands in.
  double passage = 0;          ///< How good that passage is, in [0, 1].
  double lexical = 0;          ///< Weighted share of the focus words, in [0, 1].
  double meaning = 0;          ///< Cosine of question and piece; 0 when not embedded.
  double nearness = 0;         ///< Cosine of question and the whole passage, from search.
  double thing = 0;            ///< 1 when it holds the kind of thing asked for.
  double score = 0;
  bool embedded = false;
};

/// How telling a focus word is, whatever the documents looked at.
struct Rarity {
  double spread = 0.5;  ///< 1: in hardly any passage of the library; 0: in all of them.
  double strange = 0;   ///< 1: the embedder's vocabulary cuts it into three or more pieces.
  bool absent = false;  ///< No passage of the library holds it, in any form.
};

struct Evidence {
  std::vector<SourceText> sources;
  std::vector<Candidate> candidates;  ///< In order of document and place.
  std::vector<std::size_t> ranking;   ///< Indices of candidates, best first.
  std::vector<double> weights;        ///< Of the focus words, as they tell these documents apart.
  std::vector<Rarity> rarities;       ///< Of the focus words.
  std::string absent;  ///< A name or code of the question that no passage of the library holds.
  bool by_meaning = false;
};

/// How well a set of stems holds a word: 1 the word itself, less for relatives and synonyms.
[[nodiscard]] double match(const Focus& focus, const StemSet& stems);

/// Fills in what search and the embedder's vocabulary know about each focus word.
void add_rarities(const Request& request, const search::Results& results,
                  const inference::Embedder& embedder, Evidence& evidence);

/// Cuts the sources, measures every piece by words, then the most promising by meaning.
/// A missing embedder is not an error: then words alone decide.
[[nodiscard]] Result<Evidence> weigh(const Call& call, const Request& request,
                                     std::vector<SourceText> sources, inference::Embedder& embedder,
                                     VectorCache& cache, WordVectors& words);

}  // namespace hearth::answer
