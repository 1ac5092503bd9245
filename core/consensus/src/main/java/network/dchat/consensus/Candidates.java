package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.Hash;
import network.dchat.ledger.BlockAssembler;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.PartSet;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Part;
import org.jspecify.annotations.Nullable;

/// The blocks that a height may decide on, whole or in the making. Whether one is valid is asked
/// once and never changes within the height. Only those in use are retained, so there are a
/// handful at most.
final class Candidates {
    /// A block in the making or whole.
    private static final class Candidate {
        private final BlockId id;
        private final @Nullable BlockAssembler assembler;
        private final @Nullable PartSet parts;
        private @Nullable Block block;
        private @Nullable String fault;
        private boolean judged;

        Candidate(BlockId id, @Nullable BlockAssembler assembler, @Nullable PartSet parts) {
            this.id = id;
            this.assembler = assembler;
            this.parts = parts;
        }
    }

    private final BlockRules rules;
    private final Map<BlockId, Candidate> candidates = new LinkedHashMap<>();

    Candidates(BlockRules rules) {
        this.rules = rules;
    }

    /// Awaits the parts of a promised block. One that promises too many parts is invalid at once.
    void expect(BlockId id) {
        candidates.computeIfAbsent(id, _ -> {
            BlockAssembler assembler = BlockAssembler
                    .create(id.getPartSetHeader(), rules.maximumBlockBytes()).orElse(null);
            Candidate candidate = new Candidate(id, assembler, null);
            if (assembler == null) {
                judge(candidate, Optional.of("more parts than a block may have"));
            }
            return candidate;
        });
    }

    /// Takes a whole block, with its parts.
    void put(BlockId id, Block block, PartSet parts) {
        Candidate candidate = new Candidate(id, null, parts);
        candidate.block = block;
        candidates.put(id, candidate);
    }

    /// Takes a part of a promised block.
    BlockAssembler.Outcome add(BlockId id, Part part) {
        Candidate candidate = candidates.get(id);
        if (candidate == null) {
            return new BlockAssembler.Outcome.Refused("part: of a block that nobody proposed");
        }
        if (candidate.assembler == null) {
            return new BlockAssembler.Outcome.Known();
        }
        BlockAssembler.Outcome outcome = candidate.assembler.add(part);
        if (outcome instanceof BlockAssembler.Outcome.Completed(Block block)) {
            complete(candidate, block);
        } else if (outcome instanceof BlockAssembler.Outcome.Broken(String reason)) {
            judge(candidate, Optional.of(reason));
        }
        return outcome;
    }

    /// True when all parts have come, be they a valid block or not.
    boolean isWhole(BlockId id) {
        Candidate candidate = candidates.get(id);
        return candidate != null && (candidate.block != null || candidate.judged);
    }

    /// True when the whole block is there and valid.
    boolean isValid(BlockId id) {
        return isWhole(id) && fault(id).isEmpty();
    }

    /// Why the whole block is not valid; empty when it is.
    Optional<String> fault(BlockId id) {
        Candidate candidate = candidates.get(id);
        if (candidate == null) {
            return Optional.of("unknown");
        }
        if (!candidate.judged) {
            judge(candidate, rules.fault(block(id).orElseThrow()));
        }
        return Optional.ofNullable(candidate.fault);
    }

    Optional<Block> block(BlockId id) {
        return Optional.ofNullable(candidates.get(id))
                .flatMap(candidate -> Optional.ofNullable(candidate.block));
    }

    /// Which parts are there.
    ByteString present(BlockId id) {
        Candidate candidate = candidates.get(id);
        if (candidate == null) {
            return ByteString.EMPTY;
        }
        return candidate.assembler != null
                ? candidate.assembler.present()
                : BitArray.of(id.getPartSetHeader().getTotal(), _ -> candidate.parts != null);
    }

    /// A part that is there.
    Optional<Part> part(BlockId id, int index) {
        Candidate candidate = candidates.get(id);
        if (candidate == null) {
            return Optional.empty();
        }
        if (candidate.assembler != null) {
            return candidate.assembler.part(index);
        }
        return Optional.ofNullable(candidate.parts).map(PartSet::parts)
                .filter(parts -> index >= 0 && index < parts.size()).map(parts -> parts.get(index));
    }

    /// Forgets all others.
    void retain(Set<BlockId> ids) {
        candidates.keySet().retainAll(ids);
    }

    int size() {
        return candidates.size();
    }

    private void complete(Candidate candidate, Block block) {
        Hash hash = Blocks.headerHash(block.getHeader());
        if (candidate.id.getHash().equals(hash.bytes())) {
            candidate.block = block;
        } else {
            judge(candidate, Optional.of("header hash: not the promised one"));
        }
    }

    private static void judge(Candidate candidate, Optional<String> fault) {
        candidate.judged = true;
        candidate.fault = fault.orElse(null);
    }
}
