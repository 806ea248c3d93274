#include "net/exchange.h"

namespace hearth::net {

Stream::Stream(std::shared_ptr<internal::Responder> responder, std::stop_token stop)
    : responder_(std::move(responder)), stop_(std::move(stop)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
  if (this != &other) {
    if (responder_) responder_->abort();
    responder_ = std::move(other.responder_);
    stop_ = std::move(other.stop_);
  }
  return *this;
}

Stream::~Stream() {
  if (responder_) responder_->abort();
}

Result<void> Stream::write(std::string_view bytes) {
  if (!responder_) return fail(Code::Cancelled, "the stream has ended");
  return responder_->write(bytes);
}

bool Stream::offer(std::string_view bytes) { return responder_ && responder_->offer(bytes); }

void Stream::set_heartbeat(std::string bytes) {
  if (responder_) responder_->set_heartbeat(std::move(bytes));
}

void Stream::finish() {
  if (auto responder = std::exchange(responder_, nullptr)) responder->finish();
}

Exchange::Exchange(std::shared_ptr<internal::Responder> responder, Request request)
    : responder_(std::move(responder)), request_(std::move(request)) {}

Exchange::~Exchange() {
  if (!responder_) return;
  Response response{.status = 500};
  response.headers.add("Content-Type", "application/json");
  response.body =
      R"({"error":{"code":"internal","message":"the request was dropped","retryable":false}})";
  respond(std::move(response));
}

void Exchange::respond(Response response) {
  if (auto responder = std::exchange(responder_, nullptr)) responder->respond(std::move(response));
}

Stream Exchange::stream(int status, Headers headers) {
  auto responder = std::exchange(responder_, nullptr);
  if (!responder) return {};
  responder->begin(status, std::move(headers));
  return {std::move(responder), request_.stop};
}

Stream Exchange::event_stream(Headers headers) {
  headers.set("Content-Type", "text/event-stream; charset=utf-8");
  headers.set("Cache-Control", "no-store");
  Stream opened = stream(200, std::move(headers));
  opened.set_heartbeat(": still here\n\n");
  return opened;
}

}  // namespace hearth::net
