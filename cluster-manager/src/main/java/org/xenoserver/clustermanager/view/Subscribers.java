package org.xenoserver.clustermanager.view;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** Who wants to hear of changes to rows of one kind. */
final class Subscribers<T> {
  private final Set<Subscription<T>> subscriptions = new CopyOnWriteArraySet<>();

  Subscription<T> add(List<T> snapshot) {
    Subscription<T> subscription = new Subscription<>(snapshot, this);
    subscriptions.add(subscription);
    return subscription;
  }

  void remove(Subscription<T> subscription) {
    subscriptions.remove(subscription);
  }

  void tell(T change) {
    for (Subscription<T> subscription : subscriptions) {
      subscription.offer(change);
    }
  }
}
