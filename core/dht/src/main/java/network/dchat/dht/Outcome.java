package network.dchat.dht;

import java.util.List;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;

/// How a lookup ended.
public sealed interface Outcome {
    /// The peers closest to the target that answered, closest first.
    record Peers(List<Certified<PeerRecord>> closest) implements Outcome {
        /// Copies the list.
        public Peers {
            closest = List.copyOf(closest);
        }
    }

    /// The newest copy that was found.
    record Found(VerifiedRecord record) implements Outcome {}

    /// Nobody who should have it has it.
    ///
    /// @param asked how many peers said so
    record Absent(int asked) implements Outcome {}

    /// It was not looked for.
    record Refused(Rejection rejection) implements Outcome {}
}
