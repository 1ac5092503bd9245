package network.dchat.validator.chain;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;

/// Equivocation that was seen here and is in no block so far: the latest of each validator. For
/// many threads.
public final class PendingEvidence {
    /// Validators of whom evidence is remembered; the oldest gives way.
    static final int MOST = 256;

    private final Map<ByteString, DuplicateVoteEvidence> byValidator = new LinkedHashMap<>();

    /// A validator voted twice.
    public void seen(DuplicateVoteEvidence evidence) {
        synchronized (byValidator) {
            byValidator.put(validator(evidence), evidence);
            if (byValidator.size() > MOST) {
                byValidator.remove(byValidator.keySet().iterator().next());
            }
        }
    }

    /// A block is final: what it holds against a validator settles all that was seen of it, and
    /// what is too old can no longer be punished.
    ///
    /// @param evidenceBlocks how old evidence may be
    public void decided(Block block, long evidenceBlocks) {
        Set<ByteString> settled = block.getEvidence().getEvidenceList().stream()
                .filter(Evidence::hasDuplicateVoteEvidence)
                .map(each -> validator(each.getDuplicateVoteEvidence()))
                .collect(Collectors.toSet());
        synchronized (byValidator) {
            byValidator.keySet().removeAll(settled);
            byValidator.values().removeIf(each -> block.getHeader().getHeight()
                    - each.getVoteA().getHeight() > evidenceBlocks);
        }
    }

    /// What waits, the oldest first.
    public List<DuplicateVoteEvidence> all() {
        synchronized (byValidator) {
            return List.copyOf(byValidator.values());
        }
    }

    private static ByteString validator(DuplicateVoteEvidence evidence) {
        return evidence.getVoteA().getValidatorAddress();
    }
}
