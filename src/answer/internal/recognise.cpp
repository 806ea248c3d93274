#include "answer/internal/recognise.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <unordered_map>

#include "answer/internal/vocabulary.h"

namespace hearth::answer {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, digit));
}
bool only(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

class Recogniser {
 public:
  Recogniser(std::string_view text, const std::vector<Word>& words) : text_(text), words_(words) {}

  std::vector<Span> run() {
    scan_marked();
    for (std::size_t i = 0; i < words_.size(); ++i) {
      scan_date(i);
      scan_time(i);
      scan_number(i);
      scan_frequency(i);
      scan_code(i);
      scan_word(i);
      scan_place(i);
    }
    scan_names();
    scan_phones();
    std::ranges::stable_sort(spans_, {}, [](const Span& s) { return s.range.start; });
    return std::move(spans_);
  }

 private:
  [[nodiscard]] const std::string& lower(std::size_t i) const {
    static const std::string kNothing;
    return i < words_.size() ? words_[i].lower : kNothing;
  }
  [[nodiscard]] std::string_view raw(std::size_t i) const {
    return text_.substr(words_[i].range.start, words_[i].range.size());
  }
  [[nodiscard]] std::string_view gap(std::size_t i) const {  // between word i and i + 1
    if (i + 1 >= words_.size()) return text_.substr(words_.back().range.end);
    const std::size_t from = words_[i].range.end;
    return text_.substr(from, words_[i + 1].range.start - from);
  }
  [[nodiscard]] bool close_by(
      std::size_t i) const {  // only blanks or a hyphen before the next word
    return i + 1 < words_.size() && only(gap(i), " \t\n\r-,") && gap(i).size() <= 3;
  }
  void add(Thing thing, std::size_t first, std::size_t last, bool weak = false) {
    spans_.push_back({thing, {words_[first].range.start, words_[last].range.end}, weak});
  }
  [[nodiscard]] bool is_number(std::size_t i) const {
    if (i >= words_.size()) return false;
    const Word& word = words_[i];
    return number_words().contains(word.lower) || (word.has_digit && digit(word.lower.front()));
  }
  [[nodiscard]] bool is_plain_number(std::size_t i) const {
    return i < words_.size() && words_[i].has_digit && only(words_[i].lower, "0123456789.,");
  }
  [[nodiscard]] bool is_year(std::size_t i) const {
    if (i >= words_.size() || words_[i].lower.size() != 4) return false;
    const std::string& w = words_[i].lower;
    return only(w, "0123456789") && (w.starts_with("19") || w.starts_with("20"));
  }
  [[nodiscard]] bool is_day_number(std::size_t i) const {
    if (i >= words_.size() || !words_[i].has_digit) return false;
    const std::string& w = words_[i].lower;
    const std::size_t digits = count_digits(w);
    if (digits == 0 || digits > 2 || !digit(w.front())) return false;
    const std::string_view tail = std::string_view(w).substr(digits);
    return tail.empty() || tail == "st" || tail == "nd" || tail == "rd" || tail == "th";
  }

  void scan_marked();
  void scan_date(std::size_t i);
  void scan_time(std::size_t i);
  void scan_number(std::size_t i);
  bool add_money(std::size_t i, std::size_t last);
  bool add_marked(std::size_t i, std::size_t last);
  bool add_with_unit(std::size_t i, std::size_t last);
  [[nodiscard]] bool ends_before(std::size_t i,
                                 std::initializer_list<std::string_view> marks) const;
  [[nodiscard]] bool starts_after(std::size_t i,
                                  std::initializer_list<std::string_view> marks) const;
  void scan_frequency(std::size_t i);
  void scan_code(std::size_t i);
  void scan_word(std::size_t i);
  void scan_place(std::size_t i);
  void scan_names();
  void scan_phones();
  [[nodiscard]] bool may_be_name(std::size_t i) const;
  [[nodiscard]] bool begins_sentence(std::size_t i) const;

  std::string_view text_;
  const std::vector<Word>& words_;
  std::vector<Span> spans_;
};

// E-mail addresses, web addresses and paths: runs without blanks.
void Recogniser::scan_marked() {
  std::size_t i = 0;
  while (i < text_.size()) {
    const std::size_t start = text_.find_first_not_of(" \t\r\n,;()<>\"'`[]", i);
    if (start == std::string_view::npos) return;
    std::size_t end = text_.find_first_of(" \t\r\n,;()<>\"'`[]", start);
    if (end == std::string_view::npos) end = text_.size();
    i = end;
    std::string_view run = text_.substr(start, end - start);
    while (!run.empty() && std::string_view(".:!?*").find(run.back()) != std::string_view::npos) {
      run.remove_suffix(1);
    }
    const std::size_t at = run.find('@');
    const text::Range range{start, start + run.size()};
    if (run.starts_with("http://") || run.starts_with("https://") || run.starts_with("www.") ||
        run.starts_with("ftp://")) {
      spans_.push_back({Thing::Url, range});
    } else if (at != std::string_view::npos && at > 0 &&
               run.find('.', at) != std::string_view::npos) {
      spans_.push_back({Thing::Email, range});
    } else if ((run.starts_with('/') || run.starts_with("~/") || run.starts_with("./")) &&
               run.size() > 2 && !digit(run[1])) {
      spans_.push_back({Thing::Path, range});
    } else if (run.size() > 5 && run.find(".") != std::string_view::npos && at == run.npos &&
               (run.ends_with(".org") || run.ends_with(".com") || run.ends_with(".net") ||
                run.ends_with(".example") || run.ends_with(".eu") || run.ends_with(".test"))) {
      spans_.push_back({Thing::Url, range});
    }
  }
}

void Recogniser::scan_date(std::size_t i) {
  const std::string& w = lower(i);
  const std::size_t digits = count_digits(w);
  const bool marked = w.find_first_of("-/.") != std::string::npos;
  if (digits >= 4 && digits <= 8 && marked && only(w, "0123456789-/.") &&
      (std::ranges::count(w, '-') == 2 || std::ranges::count(w, '/') == 2 ||
       std::ranges::count(w, '.') == 2)) {
    const bool version = std::ranges::count(w, '.') == 2 && digits < 6;
    if (!version) add(Thing::Date, i, i);
    return;
  }
  if (months().contains(w)) {
    // "may" and "march" are months only when written as names or beside a day.
    const bool modal = (w == "may" || w == "march" || w == "mar" || w == "sat" || w == "sun");
    const bool day_before = i > 0 && is_day_number(i - 1) && close_by(i - 1);
    const bool day_after = is_day_number(i + 1) && close_by(i);
    const bool year_after = is_year(i + 1) && close_by(i);
    if (modal && !words_[i].capital && !day_before && !day_after) return;
    std::size_t first = day_before ? i - 1 : i;
    if (!day_before && i > 1 && lower(i - 1) == "of" && is_day_number(i - 2)) first = i - 2;
    std::size_t last = i;
    if (day_after && !day_before) last = i + 1;
    if (is_year(last + 1) && close_by(last)) last = last + 1;
    if (first > 0 && weekdays().contains(lower(first - 1)) && close_by(first - 1)) --first;
    const bool bare_modal = modal && first == i && last == i;
    if (bare_modal && begins_sentence(i)) return;
    add(Thing::Date, first, last, first == i && last == i && !year_after);
    return;
  }
  if (weekdays().contains(w)) {
    const bool short_form = w.size() <= 4;
    if (!short_form || words_[i].capital) add(Thing::Date, i, i);
    return;
  }
  if (day_words().contains(w)) {
    const std::size_t last = is_year(i + 1) && close_by(i) ? i + 1 : i;
    add(Thing::Date, i, last, last == i);
    return;
  }
  if (is_year(i)) add(Thing::Date, i, i, true);
  const bool ordinal = is_day_number(i) && !digit(w.back());
  if (ordinal && !months().contains(lower(i + 1)) && lower(i + 1) != "of") {
    add(Thing::Date, i, i, true);
  }
}

void Recogniser::scan_time(std::size_t i) {
  const std::string& w = lower(i);
  const auto is_half = [](const std::string& s) { return s == "am" || s == "pm"; };
  const bool has_half = is_half(lower(i + 1)) && close_by(i);
  // "7 p.m." reads as three words.
  const bool dotted = (lower(i + 1) == "p" || lower(i + 1) == "a") && lower(i + 2) == "m" &&
                      i + 2 < words_.size() && gap(i + 1) == ".";
  if (words_[i].has_digit) {
    const std::size_t colon = w.find(':');
    const bool clock =
        colon != std::string::npos && colon <= 2 && w.size() >= colon + 3 && only(w, "0123456789:");
    const bool glued = (w.ends_with("am") || w.ends_with("pm")) && digit(w.front());
    const bool dotted_clock = is_plain_number(i) && w.size() >= 4 && w.size() <= 5 &&
                              w[w.size() - 3] == '.' && (has_half || dotted);
    if (clock || glued || dotted_clock || ((has_half || dotted) && is_plain_number(i))) {
      const std::size_t last = dotted ? i + 2 : (has_half ? i + 1 : i);
      add(Thing::Time, i, last);
    } else if (lower(i + 1) == "o" || lower(i + 1) == "oclock") {
      add(Thing::Time, i, i + 1);
    }
    return;
  }
  if (w == "noon" || w == "midnight" || w == "midday") add(Thing::Time, i, i);
  if (w == "past" && i > 0 && (lower(i - 1) == "half" || lower(i - 1) == "quarter") &&
      is_number(i + 1)) {
    add(Thing::Time, i - 1, i + 1);
  }
  if (number_words().contains(w) && lower(i + 1) == "o") add(Thing::Time, i, i + 1);
  if (w == "sunset" || w == "sunrise" || w == "dusk" || w == "dawn") add(Thing::Time, i, i, true);
}

void Recogniser::scan_number(std::size_t i) {
  if (!is_number(i)) {
    const bool article = (lower(i) == "a" || lower(i) == "an") && close_by(i);
    if (article && time_units().contains(lower(i + 1)) && lower(i + 1).size() > 2) {
      add(Thing::Duration, i, i + 1, true);
    }
    return;
  }
  std::size_t last = i;
  while (number_words().contains(lower(last + 1)) && close_by(last)) ++last;
  if (add_money(i, last) || add_marked(i, last) || add_with_unit(i, last)) return;
  const std::string& w = lower(i);
  if (words_[i].has_digit && !only(w, "0123456789.,")) {  // "500g", "2.5kg", "90min", "1400rpm"
    const std::size_t cut = w.find_first_not_of("0123456789.,");
    const std::string_view tail = std::string_view(w).substr(cut);
    if (time_units().contains(tail))
      add(Thing::Duration, i, i);
    else if (measure_units().contains(tail))
      add(Thing::Quantity, i, i);
    else if (tail.starts_with('-') || tail.starts_with('x'))
      add(Thing::Number, i, i);
    return;
  }
  if (w == "half" || w == "once" || w == "couple") return;
  add(Thing::Number, i, last, w == "one");
}

bool Recogniser::ends_before(std::size_t i, std::initializer_list<std::string_view> marks) const {
  std::string_view left = text_.substr(0, words_[i].range.start);
  while (left.ends_with(' ')) left.remove_suffix(1);
  return std::ranges::any_of(marks, [&](std::string_view m) { return left.ends_with(m); });
}

bool Recogniser::starts_after(std::size_t i, std::initializer_list<std::string_view> marks) const {
  std::string_view right = text_.substr(words_[i].range.end);
  while (right.starts_with(' ')) right.remove_prefix(1);
  return std::ranges::any_of(marks, [&](std::string_view m) { return right.starts_with(m); });
}

// "€ 12", "EUR 12", "12 euros", "12.50 £".
bool Recogniser::add_money(std::size_t i, std::size_t last) {
  const bool word_before =
      i > 0 && currency_words().contains(lower(i - 1)) && only(gap(i - 1), " .");
  const bool before =
      ends_before(i, {"$", "€", "£", "¥"}) || (word_before && lower(i - 1).size() <= 3);
  const bool word_after = currency_words().contains(lower(last + 1)) && close_by(last);
  const bool after = starts_after(last, {"€", "$", "£", ",- ", ".- "}) || word_after;
  if (!before && !after) return false;
  text::Range range{words_[i].range.start, words_[last].range.end};
  if (before && word_before) {
    range.start = words_[i - 1].range.start;
  } else if (before) {
    while (range.start > 0 && text_[range.start - 1] == ' ') --range.start;
    range.start = text::floor_boundary(text_, range.start - 1);
  } else if (word_after) {
    range.end = words_[last + 1].range.end;
  } else {
    while (range.end < text_.size() && text_[range.end] == ' ') ++range.end;
    range.end += text::decode(text_, range.end).length;
  }
  spans_.push_back({Thing::Money, range});
  return true;
}

// "12 %", "30 °C".
bool Recogniser::add_marked(std::size_t i, std::size_t last) {
  std::size_t end = words_[last].range.end;
  const bool percent_sign = starts_after(last, {"%"});
  if (percent_sign || lower(last + 1) == "percent") {
    end = percent_sign ? text_.find('%', end) + 1 : words_[last + 1].range.end;
    spans_.push_back({Thing::Percent, {words_[i].range.start, end}});
    return true;
  }
  const bool per_cent = lower(last + 1) == "per" && lower(last + 2) == "cent" && close_by(last);
  if (per_cent) {
    spans_.push_back({Thing::Percent, {words_[i].range.start, words_[last + 2].range.end}});
    return true;
  }
  if (!starts_after(last, {"°"})) return false;
  while (end < text_.size() && text_[end] == ' ') ++end;
  end += 2;
  if (end < text_.size() && (text_[end] == 'C' || text_[end] == 'F')) ++end;
  spans_.push_back({Thing::Quantity, {words_[i].range.start, end}});
  return true;
}

// "90-minute", "2-3 days", "two or three weeks", "six (6) months", "half an hour".
bool Recogniser::add_with_unit(std::size_t i, std::size_t last) {
  std::size_t unit = last + 1;
  if ((lower(unit) == "to" || lower(unit) == "or") && is_number(unit + 1)) unit += 2;
  if (is_number(unit) && unit < words_.size() && gap(unit - 1).size() <= 3 &&
      (gap(unit - 1).find('-') != std::string_view::npos ||
       gap(unit - 1).find("\xE2\x80\x93") != std::string_view::npos ||
       gap(unit - 1).find('(') != std::string_view::npos)) {
    ++unit;
  }
  if (lower(unit) == "a" || lower(unit) == "an") ++unit;
  for (const std::string_view between : {"calendar", "working", "full", "business", "consecutive",
                                         "school", "whole", "more", "further"}) {
    if (lower(unit) == between) ++unit;
  }
  if (unit >= words_.size() || gap(unit - 1).size() > 3) return false;
  if (time_units().contains(lower(unit))) {
    add(Thing::Duration, i, unit);
    return true;
  }
  if (!measure_units().contains(lower(unit)) || gap(unit - 1).find('.') != std::string_view::npos) {
    return false;
  }
  add(Thing::Quantity, i, unit);
  return true;
}

void Recogniser::scan_frequency(std::size_t i) {
  static const Vocabulary kAdverbs = {
      "daily",  "weekly",      "monthly",  "yearly",     "annually",  "annual", "quarterly",
      "hourly", "fortnightly", "biweekly", "biannually", "regularly", "always", "never"};
  const std::string& w = lower(i);
  if (kAdverbs.contains(w)) {
    add(Thing::Frequency, i, i, w == "always" || w == "never" || w == "regularly");
    return;
  }
  if (w == "every" || w == "each" || w == "per") {
    std::size_t unit = i + 1;
    if (is_number(unit) || lower(unit) == "other" || lower(unit) == "second" ||
        lower(unit) == "few") {
      ++unit;
      if ((lower(unit) == "to" || lower(unit) == "or") && is_number(unit + 1))
        unit += 2;
      else if (is_number(unit))
        ++unit;
    }
    const bool other_unit = measure_units().contains(lower(unit));
    if (unit < words_.size() &&
        (time_units().contains(lower(unit)) || other_unit || weekdays().contains(lower(unit)) ||
         months().contains(lower(unit)) || lower(unit) == "morning" || lower(unit) == "evening" ||
         day_words().contains(lower(unit)))) {
      add(Thing::Frequency, i, unit);
    }
    return;
  }
  if (w == "once" || w == "twice" || ((lower(i + 1) == "times") && is_number(i))) {
    std::size_t unit = w == "once" || w == "twice" ? i + 1 : i + 2;
    if (lower(unit) == "a" || lower(unit) == "per" || lower(unit) == "every" ||
        lower(unit) == "each") {
      ++unit;
      if (is_number(unit)) ++unit;
      if (time_units().contains(lower(unit))) add(Thing::Frequency, i, unit);
    }
  }
  if (weekdays().contains(w) && w.ends_with("days")) add(Thing::Frequency, i, i);
}

void Recogniser::scan_code(std::size_t i) {
  const Word& word = words_[i];
  const std::string& w = word.lower;
  const std::size_t digits = count_digits(w);
  // Runs joined by hyphens read as one: "HX-2201-B", "POL-88-1234".
  std::size_t last = i;
  while (last + 1 < words_.size() && (gap(last) == "-" || gap(last) == "/") &&
         (words_[last + 1].has_digit ||
          raw(last + 1) == text_.substr(words_[last + 1].range.start, 1))) {
    ++last;
  }
  if (i > 0 && (gap(i - 1) == "-" || gap(i - 1) == "/") && words_[i - 1].lower.size() <= 5 &&
      (words_[i - 1].has_digit || words_[i - 1].capital)) {
    return;  // covered from its beginning
  }
  const text::Range range{word.range.start, words_[last].range.end};
  const std::string_view whole = text_.substr(range.start, range.size());
  const std::size_t all_digits = count_digits(whole);
  const bool letters = std::ranges::any_of(whole, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (last > i && all_digits >= 2 && (letters || all_digits >= 5)) {
    spans_.push_back({Thing::Code, range});
  } else if (last == i && digits > 0 && digits < w.size() && w.size() >= 3 &&
             !only(w, "0123456789.,:-/")) {
    const bool unit = digit(w.front()) &&
                      (measure_units().contains(w.substr(w.find_first_not_of("0123456789.,"))) ||
                       time_units().contains(w.substr(w.find_first_not_of("0123456789.,"))) ||
                       is_day_number(i) || w.ends_with("am") || w.ends_with("pm"));
    if (!unit) spans_.push_back({Thing::Code, range});
  } else if (last == i && digits == w.size() && digits >= 3) {
    spans_.push_back({Thing::Code, range, is_year(i) || digits < 4});
  } else if (std::ranges::count(w, '.') >= 1 && only(w, "0123456789.") && digits >= 2) {
    spans_.push_back({Thing::Code, range, std::ranges::count(w, '.') == 1});
  } else if (last == i && w.find('_') != std::string::npos) {
    spans_.push_back({Thing::Code, range, true});
  }
}

void Recogniser::scan_word(std::size_t i) {
  if (roles().contains(lower(i))) add(Thing::Role, i, i);
  if (colours().contains(lower(i))) add(Thing::Colour, i, i);
}

void Recogniser::scan_place(std::size_t i) {
  if (!place_prepositions().contains(lower(i)) || i + 1 >= words_.size() || !close_by(i)) return;
  std::size_t last = i + 1;
  while (words_[std::min(last, words_.size() - 1)].stop && last < i + 4 && last < words_.size() &&
         close_by(last)) {
    ++last;
  }
  if (last >= words_.size()) return;
  const std::string& head = lower(last);
  const bool not_place = words_[last].stop || is_number(last) || months().contains(head) ||
                         weekdays().contains(head) || day_words().contains(head) ||
                         time_units().contains(head);
  if (not_place) return;
  std::size_t end = last;
  while (end + 1 < words_.size() && end < last + 3 && gap(end) == " " && !words_[end + 1].stop)
    ++end;
  const bool name = words_[last].capital;
  add(Thing::Place, i, end,
      !name && (lower(i) == "to" || lower(i) == "by" || lower(i) == "from" ||
                lower(i) == "through" || lower(i) == "via"));
}

bool Recogniser::begins_sentence(std::size_t i) const {
  if (i == 0) return true;
  const std::string_view between = gap(i - 1);
  return between.find_first_of(".!?\n:;|") != std::string_view::npos ||
         between.find("\xE2\x80\xA2") != std::string_view::npos;
}

bool Recogniser::may_be_name(std::size_t i) const {
  const Word& word = words_[i];
  if (!word.capital || word.stop || word.lower.size() < 2) return false;
  if (months().contains(word.lower) || weekdays().contains(word.lower)) return false;
  if (is_common_word(word.lower) || number_words().contains(word.lower)) return false;
  return !currency_words().contains(word.lower) || word.lower.size() > 3;
}

void Recogniser::scan_names() {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (!may_be_name(i)) continue;
    std::size_t last = i;
    while (last + 1 < words_.size() &&
           (gap(last) == " " || gap(last) == "-" || gap(last) == ". " || gap(last) == " & ") &&
           may_be_name(last + 1) && last < i + 4) {
      if (gap(last) == ". " && words_[last].lower.size() > 3) break;
      ++last;
    }
    const bool start = begins_sentence(i);
    const bool title =
        lower(i) == "mr" || lower(i) == "mrs" || lower(i) == "ms" || lower(i) == "dr";
    add(Thing::Name, i, last, start && last == i && !title);
    i = last;
  }
}

// Digit groups with blanks, brackets, hyphens or a plus: at least seven digits, not a date.
void Recogniser::scan_phones() {
  std::size_t i = 0;
  while (i < text_.size()) {
    const char c = text_[i];
    const bool opens =
        digit(c) || ((c == '+' || c == '(') && i + 1 < text_.size() && digit(text_[i + 1]));
    const bool inside = i > 0 && (std::isalnum(static_cast<unsigned char>(text_[i - 1])) != 0);
    if (!opens || inside) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text_.size() && (digit(text_[end]) || std::string_view("+()-/. ").find(
                                                           text_[end]) != std::string_view::npos)) {
      if (text_[end] == '.' && (end + 1 >= text_.size() || !digit(text_[end + 1]))) break;
      if (text_[end] == ' ' && end + 1 < text_.size() && text_[end + 1] == ' ') break;
      ++end;
    }
    std::string_view run = text_.substr(i, end - i);
    while (!run.empty() && !digit(run.back())) run.remove_suffix(1);
    const std::size_t digits = count_digits(run);
    const bool grouped = run.find_first_of(" -/") != std::string_view::npos || run.front() == '+';
    const bool date =
        digits == 8 && (std::ranges::count(run, '-') == 2 || std::ranges::count(run, '.') == 2 ||
                        std::ranges::count(run, '/') == 2);
    const std::string lead =
        text::to_lower_ascii(text_.substr(i > 24 ? i - 24 : 0, std::min<std::size_t>(i, 24)));
    const bool named =
        lead.find("tel") != std::string::npos || lead.find("phone") != std::string::npos ||
        lead.find("mobile") != std::string::npos || lead.find("call") != std::string::npos;
    if (digits >= (named ? 3U : 7U) && digits <= 15 && !date && (grouped || named)) {
      const bool leading = run.front() == '+' || run.front() == '0' || run.front() == '(' || named;
      spans_.push_back({Thing::Phone, {i, i + run.size()}, !leading});
    }
    i = std::max(end, i + 1);
  }
}

}  // namespace

std::vector<Span> recognise(std::string_view text, const std::vector<Word>& words) {
  if (words.empty()) return {};
  return Recogniser(text, words).run();
}

std::string number_value(std::string_view lower) {
  static const std::unordered_map<std::string_view, std::string_view> kValues = {
      {"zero", "0"},      {"one", "1"},         {"two", "2"},       {"three", "3"},
      {"four", "4"},      {"five", "5"},        {"six", "6"},       {"seven", "7"},
      {"eight", "8"},     {"nine", "9"},        {"ten", "10"},      {"eleven", "11"},
      {"twelve", "12"},   {"thirteen", "13"},   {"fourteen", "14"}, {"fifteen", "15"},
      {"sixteen", "16"},  {"seventeen", "17"},  {"eighteen", "18"}, {"nineteen", "19"},
      {"twenty", "20"},   {"thirty", "30"},     {"forty", "40"},    {"fifty", "50"},
      {"sixty", "60"},    {"seventy", "70"},    {"eighty", "80"},   {"ninety", "90"},
      {"hundred", "100"}, {"thousand", "1000"}, {"dozen", "12"},    {"once", "1"},
      {"twice", "2"},     {"thrice", "3"}};
  if (const auto found = kValues.find(lower); found != kValues.end()) {
    return std::string(found->second);
  }
  std::string value;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const bool group = lower[i] == ',' && i + 3 < lower.size() && digit(lower[i + 1]) &&
                       digit(lower[i + 2]) && digit(lower[i + 3]);
    if (!group) value.push_back(lower[i]);
  }
  const std::size_t point = value.find('.');
  if (point != std::string::npos && only(std::string_view(value).substr(point), ".0") &&
      std::ranges::count(value, '.') == 1) {
    value.resize(point);
  }
  return value;
}

}  // namespace hearth::answer
