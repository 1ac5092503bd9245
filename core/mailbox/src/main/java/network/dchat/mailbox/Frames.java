package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.List;

/// What goes to one place at one time, cut into the frames in which it travels.
public final class Frames {
    /// Most items in one frame.
    public static final int MAXIMUM_ITEMS = 100;

    private Frames() {}

    /// The items in frames of at most [#MAXIMUM_ITEMS], in their order.
    public static <T> List<List<T>> of(List<T> items) {
        List<List<T>> frames = new ArrayList<>(1);
        for (int from = 0; from < items.size(); from += MAXIMUM_ITEMS) {
            frames.add(items.subList(from, Math.min(items.size(), from + MAXIMUM_ITEMS)));
        }
        return frames;
    }
}
