package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import network.dchat.identity.Octets;

/// Something that a block of a later time ends.
///
/// @param millis not before a block of this time
/// @param height not before the block of this height, where that matters; else a part of the name
/// @param name of an account, a root's transaction, or a batch's transaction
record Due(long millis, long height, ByteString name) implements Comparable<Due> {
    private static final Comparator<Due> ORDER = Comparator.comparingLong(Due::millis)
            .thenComparingLong(Due::height).thenComparing(Due::name, Octets::compare);

    @Override
    public int compareTo(Due other) {
        return ORDER.compare(this, other);
    }
}
