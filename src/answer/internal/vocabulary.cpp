#include "answer/internal/vocabulary.h"

#include <unordered_map>

#include "answer/internal/recognise.h"

namespace hearth::answer {

const Vocabulary& months() {
  static const Vocabulary kWords = {
      "january",   "february", "march",    "april",    "may",  "june", "july", "august",
      "september", "october",  "november", "december", "jan",  "feb",  "mar",  "apr",
      "jun",       "jul",      "aug",      "sep",      "sept", "oct",  "nov",  "dec"};
  return kWords;
}

const Vocabulary& weekdays() {
  static const Vocabulary kWords = {
      "monday",  "tuesday",  "wednesday",  "thursday",  "friday",   "saturday",  "sunday",
      "mondays", "tuesdays", "wednesdays", "thursdays", "fridays",  "saturdays", "sundays",
      "mon",     "tue",      "tues",       "wed",       "thu",      "thur",      "thurs",
      "fri",     "sat",      "sun",        "weekday",   "weekdays", "weekend",   "weekends"};
  return kWords;
}

const Vocabulary& day_words() {
  static const Vocabulary kWords = {"today",     "tomorrow", "yesterday", "tonight", "spring",
                                    "summer",    "autumn",   "winter",    "easter",  "christmas",
                                    "midsummer", "whitsun",  "halloween", "advent"};
  return kWords;
}

const Vocabulary& time_units() {
  static const Vocabulary kWords = {
      "second", "seconds", "sec",      "secs",         "minute", "minutes",   "min",
      "mins",   "hour",    "hours",    "hr",           "hrs",    "h",         "day",
      "days",   "night",   "nights",   "week",         "weeks",  "fortnight", "month",
      "months", "quarter", "quarters", "year",         "years",  "yr",        "yrs",
      "decade", "decades", "ms",       "milliseconds", "s"};
  return kWords;
}

const Vocabulary& measure_units() {
  static const Vocabulary kWords = {
      "kg",         "g",          "gram",   "grams",     "mg",         "kilo",       "kilos",
      "kilogram",   "kilograms",  "lb",     "lbs",       "pound",      "pounds",     "oz",
      "ounce",      "ounces",     "ton",    "tons",      "tonnes",     "l",          "litre",
      "litres",     "liter",      "liters", "ml",        "dl",         "cl",         "gallon",
      "gallons",    "cup",        "cups",   "tbsp",      "tsp",        "tablespoon", "tablespoons",
      "teaspoon",   "teaspoons",  "pinch",  "km",        "m",          "cm",         "mm",
      "metre",      "metres",     "meter",  "meters",    "kilometre",  "kilometres", "kilometer",
      "kilometers", "mile",       "miles",  "inch",      "inches",     "foot",       "feet",
      "ft",         "sqm",        "m2",     "hectare",   "acre",       "w",          "kw",
      "kwh",        "watt",       "watts",  "v",         "volt",       "volts",      "amp",
      "amps",       "mah",        "bar",    "psi",       "nm",         "rpm",        "db",
      "hz",         "mhz",        "ghz",    "c",         "f",          "degree",     "degrees",
      "celsius",    "fahrenheit", "byte",   "bytes",     "kb",         "mb",         "gb",
      "tb",         "kib",        "mib",    "gib",       "bit",        "bits",       "mbit",
      "page",       "pages",      "slice",  "slices",    "clove",      "cloves",     "dpi",
      "px",         "pixel",      "pixels", "character", "characters", "square",     "cubic",
      "sheets",     "drops",      "points", "seat",      "seats",      "rooms",      "lines",
      "columns",    "rows"};
  return kWords;
}

const Vocabulary& currency_words() {
  static const Vocabulary kWords = {
      "euro",   "euros", "eur",    "dollar", "dollars", "usd", "gbp",  "pound", "pounds",
      "chf",    "franc", "francs", "sek",    "nok",     "dkk", "kr",   "krona", "kronor",
      "kroner", "crown", "crowns", "pln",    "czk",     "yen", "jpy",  "cent",  "cents",
      "pence",  "quid",  "rupees", "inr",    "aud",     "cad", "bucks"};
  return kWords;
}

const Vocabulary& number_words() {
  static const Vocabulary kWords = {
      "zero",    "one",       "two",      "three",    "four",    "five",     "six",      "seven",
      "eight",   "nine",      "ten",      "eleven",   "twelve",  "thirteen", "fourteen", "fifteen",
      "sixteen", "seventeen", "eighteen", "nineteen", "twenty",  "thirty",   "forty",    "fifty",
      "sixty",   "seventy",   "eighty",   "ninety",   "hundred", "thousand", "million",  "dozen",
      "half",    "once",      "twice",    "thrice",   "couple"};
  return kWords;
}

const Vocabulary& roles() {
  static const Vocabulary kWords = {
      "mother",      "father",        "mum",       "mom",         "dad",       "sister",
      "brother",     "aunt",          "uncle",     "grandma",     "grandpa",   "grandmother",
      "grandfather", "cousin",        "niece",     "nephew",      "son",       "daughter",
      "wife",        "husband",       "neighbour", "neighbor",    "landlord",  "landlady",
      "tenant",      "owner",         "plumber",   "electrician", "doctor",    "dentist",
      "nurse",       "vet",           "teacher",   "headteacher", "manager",   "caretaker",
      "janitor",     "lawyer",        "notary",    "plasterer",   "carpenter", "mechanic",
      "driver",      "coach",         "trainer",   "treasurer",   "chair",     "chairman",
      "chairwoman",  "secretary",     "president", "director",    "author",    "maintainer",
      "maintainers", "administrator", "superuser", "root",        "user",      "users",
      "parent",      "parents",       "children",  "babysitter",  "lessor",    "lessee",
      "insurer",     "contractor",    "employer",  "employee",    "supplier",  "manufacturer",
      "friend",      "technician",    "installer", "surveyor",    "volunteer", "volunteers",
      "member",      "members",       "committee", "board",       "team",      "company",
      "developers",  "developer",     "guests",    "pharmacist",  "midwife",   "police",
      "seller",      "buyer",         "agent",     "agency",      "office"};
  return kWords;
}

const Vocabulary& colours() {
  static const Vocabulary kWords = {
      "red",    "blue",   "green",     "yellow", "white",      "black",   "grey",
      "gray",   "brown",  "orange",    "purple", "pink",       "beige",   "silver",
      "gold",   "golden", "turquoise", "violet", "cream",      "navy",    "teal",
      "maroon", "ivory",  "copper",    "olive",  "anthracite", "magenta", "cyan"};
  return kWords;
}

const Vocabulary& place_prepositions() {
  static const Vocabulary kWords = {
      "in",    "at",      "on",       "under",      "behind",  "near",       "inside",  "below",
      "above", "beside",  "beneath",  "into",       "from",    "opposite",   "outside", "to",
      "next",  "between", "via",      "onto",       "through", "underneath", "along",   "by",
      "left",  "right",   "upstairs", "downstairs", "within"};
  return kWords;
}

Measure measure_of(std::string_view unit) {
  static const std::unordered_map<std::string_view, Measure> kUnits = {
      {"kg", Measure::Mass},
      {"g", Measure::Mass},
      {"mg", Measure::Mass},
      {"kilo", Measure::Mass},
      {"kilos", Measure::Mass},
      {"gram", Measure::Mass},
      {"grams", Measure::Mass},
      {"kilogram", Measure::Mass},
      {"kilograms", Measure::Mass},
      {"lb", Measure::Mass},
      {"lbs", Measure::Mass},
      {"pounds", Measure::Mass},
      {"oz", Measure::Mass},
      {"ounces", Measure::Mass},
      {"tons", Measure::Mass},
      {"tonnes", Measure::Mass},
      {"km", Measure::Length},
      {"m", Measure::Length},
      {"cm", Measure::Length},
      {"mm", Measure::Length},
      {"metre", Measure::Length},
      {"metres", Measure::Length},
      {"meter", Measure::Length},
      {"meters", Measure::Length},
      {"kilometres", Measure::Length},
      {"kilometers", Measure::Length},
      {"mile", Measure::Length},
      {"miles", Measure::Length},
      {"inch", Measure::Length},
      {"inches", Measure::Length},
      {"feet", Measure::Length},
      {"foot", Measure::Length},
      {"ft", Measure::Length},
      {"degree", Measure::Temperature},
      {"degrees", Measure::Temperature},
      {"celsius", Measure::Temperature},
      {"fahrenheit", Measure::Temperature},
      {"c", Measure::Temperature},
      {"f", Measure::Temperature},
      {"l", Measure::Volume},
      {"ml", Measure::Volume},
      {"dl", Measure::Volume},
      {"cl", Measure::Volume},
      {"litre", Measure::Volume},
      {"litres", Measure::Volume},
      {"liter", Measure::Volume},
      {"liters", Measure::Volume},
      {"gallons", Measure::Volume},
      {"cups", Measure::Volume},
      {"cup", Measure::Volume},
      {"byte", Measure::Data},
      {"bytes", Measure::Data},
      {"kb", Measure::Data},
      {"mb", Measure::Data},
      {"gb", Measure::Data},
      {"tb", Measure::Data},
      {"kib", Measure::Data},
      {"mib", Measure::Data},
      {"gib", Measure::Data}};
  const auto found = kUnits.find(unit);
  return found == kUnits.end() ? Measure::Any : found->second;
}

bool is_number_word(std::string_view lower) { return number_words().contains(lower); }
bool is_month(std::string_view lower) { return months().contains(lower); }
bool is_weekday(std::string_view lower) { return weekdays().contains(lower); }
bool is_role(std::string_view lower) { return roles().contains(lower); }

}  // namespace hearth::answer
