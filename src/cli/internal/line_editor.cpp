#include "cli/internal/line_editor.h"

#include <histedit.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <iostream>

namespace hearth::cli::internal {

struct LineEditor::State {
  std::string prompt;
  EditLine* editor = nullptr;
  History* history = nullptr;
};

namespace {

char* prompt_of(EditLine* editor) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  return static_cast<std::string*>(data)->data();
}

}  // namespace

LineEditor::LineEditor(std::string prompt) : state_(std::make_unique<State>()) {
  state_->prompt = std::move(prompt);
  if (::isatty(STDIN_FILENO) != 1) return;
  std::setlocale(LC_CTYPE, "C.UTF-8");
  state_->editor = el_init("hearth", stdin, stdout, stderr);
  state_->history = history_init();
  if (!state_->editor || !state_->history) return;
  HistEvent event{};
  history(state_->history, &event, H_SETSIZE, 500);
  el_set(state_->editor, EL_CLIENTDATA, &state_->prompt);
  el_set(state_->editor, EL_PROMPT, prompt_of);
  el_set(state_->editor, EL_EDITOR, "emacs");
  el_set(state_->editor, EL_HIST, history, state_->history);
}

LineEditor::~LineEditor() {
  if (state_->history) history_end(state_->history);
  if (state_->editor) el_end(state_->editor);
}

Line LineEditor::read() {
  if (!state_->editor) {
    std::string text;
    if (!std::getline(std::cin, text)) return {Line::Kind::End, {}};
    return {Line::Kind::Text, text};
  }
  int length = 0;
  errno = 0;
  const char* typed = el_gets(state_->editor, &length);
  if (!typed || length <= 0) {
    if (errno != EINTR) return {Line::Kind::End, {}};
    el_set(state_->editor, EL_UNBUFFERED, 0);
    std::fputs("^C\n", stdout);
    return {Line::Kind::Interrupted, {}};
  }
  HistEvent event{};
  if (length > 1) history(state_->history, &event, H_ENTER, typed);
  return {Line::Kind::Text, std::string(typed, static_cast<std::size_t>(length))};
}

std::string read_secret(const std::string& prompt) {
  if (::isatty(STDIN_FILENO) != 1) return {};
  termios before{};
  if (::tcgetattr(STDIN_FILENO, &before) != 0) return {};
  termios quiet = before;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  std::fputs(prompt.c_str(), stderr);
  std::string secret;
  std::getline(std::cin, secret);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fputs("\n", stderr);
  return secret;
}

}  // namespace hearth::cli::internal
