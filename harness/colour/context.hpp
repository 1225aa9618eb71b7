// SPDX-License-Identifier: Apache-2.0
// Go's Context, for both colours: what waits in it is a channel. Rules X1 to X9.
//
// A context is a counted reference to a node; a node keeps the one it was made from. A node that can be
// canceled is in the cancel tree, has a channel that is closed when it is, and is its own timer, for its
// deadline. Others (values, without_cancel) only point to it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "harness/colour/timer.hpp"
#include "harness/portable/armed_timer.hpp"
#include "harness/portable/cancel_tree.hpp"
#include "harness/portable/clock.hpp"
#include "harness/portable/views.hpp"

namespace gauntlet {

/// What err() says.
enum class ContextError : std::uint8_t { kNone, kCanceled, kDeadlineExceeded };

constexpr std::string_view to_string(ContextError error) {
  switch (error) {
    case ContextError::kNone:
      return "";
    case ContextError::kCanceled:
      return "context canceled";
    case ContextError::kDeadlineExceeded:
      return "context deadline exceeded";
  }
  return "unknown";
}

/// What the channel of done() would carry: it is only ever closed.
struct Nothing {};

/// Finds values of type T in a context; make it a static constant, its address is the key.
template <class T>
class ContextKey {
 public:
  constexpr ContextKey() = default;
  ContextKey(const ContextKey&) = delete;
  ContextKey& operator=(const ContextKey&) = delete;
};

template <class R>
class CancelableContext;

/// What a Context refers to.
template <class R>
class ContextNode : public ArmedTimer<R> {
 public:
  using Reference = TimerReference<ContextNode>;

  /// By nearest: `this` can be canceled itself. Otherwise it is canceled with its parent, or never.
  ContextNode(Reference parent, CancelableContext<R>* nearest)
      : parent_(std::move(parent)), nearest_(nearest) {}

  const ContextNode* parent() const { return parent_.get(); }
  CancelableContext<R>* nearest() const { return nearest_; }

  const void* key = nullptr;  ///< Of the value it holds, if it does.
  const void* value = nullptr;

 protected:
  /// What is to be done before it is deleted.
  virtual void leave() {}

 private:
  std::int64_t fire(std::int64_t, Instant) override { return Clock::kNever; }

  /// Lets go of a chain of parents without recursion: it may be long, and the stack small.
  void end() override {
    ContextNode* node = this;
    while (node != nullptr) {
      node->leave();
      ContextNode* parent = node->parent_.take();
      delete node;
      node = parent != nullptr && parent->drop() ? parent : nullptr;
    }
  }

  Reference parent_;
  CancelableContext<R>* nearest_;  // At or above this node; alive as long as it.
};

/// A context with a cancel function, and perhaps a deadline.
template <class R>
class CancelableContext final : public ContextNode<R>, public CancelTreeNode<> {
 public:
  using Done = PortableChannel<R, Nothing>;
  using Reference = typename ContextNode<R>::Reference;

  CancelableContext(Reference parent, std::int64_t deadline)
      : ContextNode<R>(std::move(parent), this), deadline_(deadline) {}

  /// Once, after its construction, by whoever holds it. `own_deadline`: it is earlier than the parent's.
  void begin(bool own_deadline) {
    CancelableContext* above =
        this->parent() == nullptr ? nullptr : this->parent()->nearest();
    if (above != nullptr && !attach(*above)) {
      CancelTreeNode<>::cancel(above->reason(), above->cause());
      return;
    }
    if (!own_deadline) return;
    if (deadline_ <= Clock::now_ns()) {
      expire();
      return;
    }
    this->arm(deadline_);
    if (reason() != 0) this->stop();  // It was canceled from above before it was armed.
  }

  void release() override { ContextNode<R>::release(); }

  ContextError error() const { return static_cast<ContextError>(reason()); }
  ReceiveOnly<Done> done() { return done_; }
  std::int64_t deadline() const { return deadline_; }  ///< Clock::kNever: none.

 private:
  void expire() { CancelTreeNode<>::cancel(static_cast<std::uint32_t>(ContextError::kDeadlineExceeded)); }

  void fired() override { expire(); }

  void on_cancel() override {
    done_.close();
    if (deadline_ != Clock::kNever) this->stop();
  }

  /// What waits for its end without holding it moves to the node above.
  void leave() override {
    detach();
    auto* above = static_cast<CancelableContext*>(this->CancelTreeNode<>::above());
    while (CancelTreeNode<>* orphan = this->take_child()) {
      if (above == nullptr)
        let_go(*orphan);
      else if (!orphan->attach(*above))
        cancel_and_let_go(*orphan, *above);
    }
  }

  static void let_go(CancelTreeNode<>& orphan);
  static void cancel_and_let_go(CancelTreeNode<>& orphan, const CancelableContext& above);

  bool try_retain() override { return this->retain_if_alive(); }

  const std::int64_t deadline_;
  Done done_;
};

/// A function that is called when a context is canceled: a leaf of the tree, which the tree keeps alive.
template <class R>
class ContextFunction : public CancelTreeNode<> {
 public:
  virtual ~ContextFunction() = default;

  void retain() {
    // relaxed: whoever copies a reference has one.
    references_.fetch_add(1, std::memory_order_relaxed);
  }
  void release() override {
    // acq_rel: the last one sees what all others did.
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  /// True: it was waiting, and will not be called.
  bool stop() {
    if (!mark(kStopped)) return false;
    if (detach()) release();
    return true;
  }

 private:
  static constexpr std::uint32_t kStopped = ~0U;

  bool try_retain() override { return true; }  // The tree's reference is the taker's now.

  std::atomic<std::uint32_t> references_{1};
};

template <class R>
void CancelableContext<R>::let_go(CancelTreeNode<>& orphan) {
  static_cast<ContextFunction<R>&>(orphan).release();
}
template <class R>
void CancelableContext<R>::cancel_and_let_go(CancelTreeNode<>& orphan,
                                             const CancelableContext& above) {
  orphan.cancel(above.reason(), above.cause());
  let_go(orphan);
}

template <class R, class F>
class ContextFunctionOf final : public ContextFunction<R> {
 public:
  explicit ContextFunctionOf(F function) : function_(std::move(function)) {}

 private:
  void on_cancel() override {
    this->retain();
    Visit<R>::go([self = TimerReference<ContextFunctionOf>(this)] { return self->function_(); });
  }

  F function_;
};

template <class R, class T>
class ContextValue final : public ContextNode<R> {
 public:
  ContextValue(typename ContextNode<R>::Reference parent, const void* its_key, T&& given)
      : ContextNode<R>(parent, parent ? parent->nearest() : nullptr), held_(std::move(given)) {
    this->key = its_key;
    this->value = &held_;
  }

 private:
  const T held_;
};

/// Copy it freely, and pass it by value. A default one is the background: it has no end.
template <class R>
class PortableContext {
 public:
  using Node = ContextNode<R>;
  using Reference = typename Node::Reference;
  using Done = PortableChannel<R, Nothing>;

  PortableContext() = default;
  explicit PortableContext(Reference node) : node_(std::move(node)) {}

  /// Closed when the context is canceled; nil, as in Go, if it never is. Keep the context while you use it.
  ReceiveOnly<Done> done() const {
    CancelableContext<R>* nearest = cancelable();
    return nearest == nullptr ? ReceiveOnly<Done>() : nearest->done();
  }

  ContextError err() const {
    CancelableContext<R>* nearest = cancelable();
    return nearest == nullptr ? ContextError::kNone : nearest->error();
  }

  /// What the canceler gave as the reason, or else what err() says; empty before that.
  std::string cause() const {
    const ContextError error = err();
    if (error != ContextError::kNone && cancelable()->cause() != nullptr)
      return *cancelable()->cause();
    return std::string(to_string(error));
  }

  std::optional<Instant> deadline() const {
    const std::int64_t at = deadline_ns();
    return at == Clock::kNever ? std::nullopt : std::optional(Instant(Duration(at)));
  }

  /// The value that was given for this key last, on the way up; null if none was.
  template <class T>
  const T* value(const ContextKey<T>& key) const {
    for (const Node* node = node_.get(); node != nullptr; node = node->parent())
      if (node->key == &key) return static_cast<const T*>(node->value);
    return nullptr;
  }

  /// For what is made from it.
  const Reference& node() const { return node_; }
  CancelableContext<R>* cancelable() const { return node_ ? node_->nearest() : nullptr; }
  std::int64_t deadline_ns() const {
    return cancelable() == nullptr ? Clock::kNever : cancelable()->deadline();
  }

 private:
  Reference node_{nullptr};
};

/// Cancels its context. Copy it, call it from anywhere, as often as you like (X6).
template <class R>
class PortableCancelFunc {
 public:
  explicit PortableCancelFunc(TimerReference<CancelableContext<R>> context)
      : context_(std::move(context)) {}

  void operator()() const { cancel(nullptr); }
  void operator()(std::string cause) const {
    cancel(std::make_shared<const std::string>(std::move(cause)));
  }

 private:
  void cancel(CancelCause cause) const {
    const auto alive = context_;  // The canceled may let go of whoever holds this function.
    static_cast<CancelTreeNode<>&>(*alive.get())
        .cancel(static_cast<std::uint32_t>(ContextError::kCanceled), std::move(cause));
  }

  TimerReference<CancelableContext<R>> context_;
};

/// What with_cancel() and its like return: `auto [context, cancel] = with_cancel(parent);`
template <class R>
struct CancelableOf {
  PortableContext<R> context;
  PortableCancelFunc<R> cancel;
};

/// Takes back an after_func() of a context: true if the function was waiting, and will not be called.
template <class R>
class PortableStopFunc {
 public:
  PortableStopFunc(PortableContext<R> context, TimerReference<ContextFunction<R>> function)
      : context_(std::move(context)), function_(std::move(function)) {}

  bool operator()() const { return function_->stop(); }

 private:
  PortableContext<R> context_;  // The function has its place there.
  TimerReference<ContextFunction<R>> function_;
};

/// `at` kNever: no deadline of its own.
template <class R>
CancelableOf<R> portable_with_deadline(const PortableContext<R>& parent, std::int64_t at) {
  const std::int64_t inherited = parent.deadline_ns();
  const bool own_deadline = at < inherited;
  const TimerReference<CancelableContext<R>> node(
      new CancelableContext<R>(parent.node(), own_deadline ? at : inherited));
  node->begin(own_deadline);
  node->retain();
  return {PortableContext<R>(typename ContextNode<R>::Reference(node.get())),
          PortableCancelFunc<R>(node)};
}

template <class R, class T, class V>
PortableContext<R> portable_with_value(const PortableContext<R>& parent, const ContextKey<T>& key,
                                       V&& value) {
  return PortableContext<R>(typename ContextNode<R>::Reference(
      new ContextValue<R, T>(parent.node(), &key, T(std::forward<V>(value)))));
}

template <class R>
PortableContext<R> portable_without_cancel(const PortableContext<R>& parent) {
  return PortableContext<R>(
      typename ContextNode<R>::Reference(new ContextNode<R>(parent.node(), nullptr)));
}

template <class R, class F>
PortableStopFunc<R> portable_after_func(const PortableContext<R>& context, F&& function) {
  using Function = ContextFunctionOf<R, std::decay_t<F>>;
  const TimerReference<ContextFunction<R>> waiting(new Function(std::forward<F>(function)));
  if (CancelableContext<R>* nearest = context.cancelable()) {
    waiting->retain();  // The tree's.
    if (!waiting->attach(*nearest)) {
      waiting->cancel(nearest->reason(), nearest->cause());
      waiting->release();
    }
  }
  return PortableStopFunc<R>(context, waiting);
}

}  // namespace gauntlet
