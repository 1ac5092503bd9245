package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ValidatorProto;

/// Which validators a verifier that began with the genesis trusts at which height, and what their
/// commits prove to it. Immutable.
public final class TrustedChain {
    private final String chainId;
    /// From each height on the hash of the validator set.
    private final NavigableMap<Long, Hash> sets;

    private TrustedChain(String chainId, NavigableMap<Long, Hash> sets) {
        this.chainId = chainId;
        this.sets = sets;
    }

    /// A header that enough trusted validators signed.
    ///
    /// @param timeMillis of the block, milliseconds since 1970
    public record TrustedHeader(Header header, long timeMillis) {}

    /// A transaction in a trusted block.
    ///
    /// @param index in the block, as its path says
    public record TrustedTransaction(TrustedHeader header, Hash hash, int index) {}

    /// Trust in the validators of genesis alone.
    public static TrustedChain of(Genesis genesis) {
        NavigableMap<Long, Hash> sets = new TreeMap<>();
        sets.put(1L, GenesisRules.validatorSet(genesis).hash());
        return new TrustedChain(GenesisRules.chainId(genesis), sets);
    }

    /// Trust extended along blocks at which the validator set changed, in ascending order.
    public Verified<TrustedChain> extend(List<LightBlock> blocks) {
        if (blocks.size() > LedgerLimits.MAXIMUM_LIGHT_BLOCKS) {
            return Verified.rejected(RejectionCode.TOO_LARGE, "light blocks: " + blocks.size()
                    + " (expected: up to " + LedgerLimits.MAXIMUM_LIGHT_BLOCKS + ")");
        }
        TrustedChain chain = this;
        for (LightBlock block : blocks) {
            Header header = block.getSignedHeader().getHeader();
            if (header.getHeight() < chain.sets.lastKey()) {
                return Verified.rejected(RejectionCode.INVALID,
                        "light block " + header.getHeight() + ": out of order");
            }
            switch (chain.verify(block)) {
                case Verified.Rejected<TrustedHeader>(var rejection) -> {
                    return new Verified.Rejected<>(rejection);
                }
                case Verified.Accepted<TrustedHeader>(_) -> {
                    Optional<Hash> next = Hash.parse(header.getNextValidatorsHash());
                    if (next.isEmpty()) {
                        return Verified.rejected(RejectionCode.MALFORMED,
                                "light block " + header.getHeight() + ": next validators hash");
                    }
                    NavigableMap<Long, Hash> longer = new TreeMap<>(chain.sets);
                    longer.put(header.getHeight() + 1, next.get());
                    chain = new TrustedChain(chainId, longer);
                }
            }
        }
        return Verified.accepted(chain);
    }

    /// The header of a light block whose commit the trusted validators of its height signed. What
    /// no signature covers, proposer and priorities, must be left out.
    public Verified<TrustedHeader> verify(LightBlock block) {
        Header header = block.getSignedHeader().getHeader();
        if (!header.getChainId().equals(chainId)) {
            return Verified.rejected(RejectionCode.WRONG_NETWORK,
                    "chain id: another one (expected: " + chainId + ")");
        }
        if (header.getHeight() < 1) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "height: " + header.getHeight() + " (expected: from 1)");
        }
        Optional<ValidatorSet> set = ValidatorSet.parse(block.getValidatorSet());
        if (set.isEmpty() || hasUnsignedParts(block)) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "validator set: not in order, or with parts that nobody signs");
        }
        Hash trusted = sets.floorEntry(header.getHeight()).getValue();
        if (!set.get().hash().equals(trusted)) {
            return Verified.rejected(RejectionCode.INVALID,
                    "validator set: not the one trusted at height " + header.getHeight());
        }
        return switch (SignedHeaderVerifier.verify(chainId, block.getSignedHeader(), set.get())) {
            case CommitVerdict.Accepted _ ->
                Verified.accepted(new TrustedHeader(header, timeMillis(header)));
            case CommitVerdict.Refused(CommitVerdict.Fault fault, String reason) ->
                Verified.rejected(fault == CommitVerdict.Fault.BAD_SIGNATURE
                        ? RejectionCode.BAD_SIGNATURE
                        : RejectionCode.INVALID, "commit: " + reason);
        };
    }

    /// A transaction whose path leads into a light block that [#verify] accepts.
    public Verified<TrustedTransaction> verify(LightBlock block, ByteString transaction,
            MerkleProof path) {
        return verify(block).then(header -> {
            Hash hash = Blocks.transactionHash(transaction);
            Optional<Hash> dataHash = Hash.parse(header.header().getDataHash());
            if (dataHash.isEmpty() || path.getTotal() > Integer.MAX_VALUE
                    || !MerkleTree.verify(dataHash.get(), hash.bytes(), path)) {
                return Verified.rejected(RejectionCode.INVALID,
                        "path: does not lead from the transaction to the data hash");
            }
            return Verified.accepted(new TrustedTransaction(header, hash, (int) path.getIndex()));
        });
    }

    private static boolean hasUnsignedParts(LightBlock block) {
        return block.getValidatorSet().hasProposer()
                || block.getValidatorSet().getTotalVotingPower() == 0
                || block.getValidatorSet().getValidatorsList().stream()
                        .mapToLong(ValidatorProto::getProposerPriority)
                        .anyMatch(priority -> priority != 0);
    }

    private static long timeMillis(Header header) {
        return header.getTime().getSeconds() * 1000 + header.getTime().getNanos() / 1_000_000;
    }
}
