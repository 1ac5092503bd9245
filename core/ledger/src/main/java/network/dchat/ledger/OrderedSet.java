package network.dchat.ledger;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A sorted set that never changes: a changed one shares what it can with the old one. Every call
/// takes steps in proportion to the logarithm of the size (AVL tree).
///
/// @param <T> what it holds; equal is what compares as 0
final class OrderedSet<T extends Comparable<T>> {
    private final @Nullable Node<T> top;

    private OrderedSet(@Nullable Node<T> top) {
        this.top = top;
    }

    private record Node<T>(@Nullable Node<T> left, T value, @Nullable Node<T> right, int depth) {}

    /// The set without members.
    static <T extends Comparable<T>> OrderedSet<T> empty() {
        return new OrderedSet<>(null);
    }

    /// The set with this member.
    OrderedSet<T> with(T value) {
        return new OrderedSet<>(add(top, value));
    }

    /// The set without this member.
    OrderedSet<T> without(T value) {
        return new OrderedSet<>(remove(top, value));
    }

    /// The smallest member.
    Optional<T> first() {
        if (top == null) {
            return Optional.empty();
        }
        Node<T> node = top;
        while (node.left() != null) {
            node = node.left();
        }
        return Optional.of(node.value());
    }

    /// Number of steps to the deepest member.
    int depth() {
        return depth(top);
    }

    private static <T extends Comparable<T>> Node<T> add(@Nullable Node<T> node, T value) {
        if (node == null) {
            return new Node<>(null, value, null, 1);
        }
        int order = value.compareTo(node.value());
        if (order == 0) {
            return node;
        }
        return order < 0
                ? balanced(add(node.left(), value), node.value(), node.right())
                : balanced(node.left(), node.value(), add(node.right(), value));
    }

    private static <T extends Comparable<T>> @Nullable Node<T> remove(@Nullable Node<T> node,
            T value) {
        if (node == null) {
            return null;
        }
        int order = value.compareTo(node.value());
        if (order < 0) {
            return balanced(remove(node.left(), value), node.value(), node.right());
        }
        if (order > 0) {
            return balanced(node.left(), node.value(), remove(node.right(), value));
        }
        if (node.left() == null || node.right() == null) {
            return node.left() == null ? node.right() : node.left();
        }
        Node<T> next = node.right();
        while (next.left() != null) {
            next = next.left();
        }
        return balanced(node.left(), next.value(), remove(node.right(), next.value()));
    }

    /// Two subtrees whose depths differ by at most 2, and what lies between.
    private static <T> Node<T> balanced(@Nullable Node<T> left, T value, @Nullable Node<T> right) {
        if (left != null && depth(left) > depth(right) + 1) {
            Node<T> inner = left.right();
            return inner == null || depth(left.left()) >= depth(inner)
                    ? node(left.left(), left.value(), node(inner, value, right))
                    : node(node(left.left(), left.value(), inner.left()), inner.value(),
                            node(inner.right(), value, right));
        }
        if (right != null && depth(right) > depth(left) + 1) {
            Node<T> inner = right.left();
            return inner == null || depth(right.right()) >= depth(inner)
                    ? node(node(left, value, inner), right.value(), right.right())
                    : node(node(left, value, inner.left()), inner.value(),
                            node(inner.right(), right.value(), right.right()));
        }
        return node(left, value, right);
    }

    private static <T> Node<T> node(@Nullable Node<T> left, T value, @Nullable Node<T> right) {
        return new Node<>(left, value, right, 1 + Math.max(depth(left), depth(right)));
    }

    private static int depth(@Nullable Node<?> node) {
        return node == null ? 0 : node.depth();
    }
}
