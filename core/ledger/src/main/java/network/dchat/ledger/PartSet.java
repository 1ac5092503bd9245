package network.dchat.ledger;

import java.util.List;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.PartSetHeader;

/// A block cut into parts.
///
/// @param header their number and the root over them
/// @param parts all of them, in order
public record PartSet(PartSetHeader header, List<Part> parts) {
    /// Copies the list.
    public PartSet {
        parts = List.copyOf(parts);
    }
}
