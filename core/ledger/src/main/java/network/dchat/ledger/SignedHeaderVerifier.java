package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.ledger.CommitVerdict.Fault;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.SignedHeader;

/// Verifies that a header's own validators signed it. Whether those are the right ones, and whether
/// the header is recent enough, is for those who trust something already: [TrustedChain] and the
/// light client.
public final class SignedHeaderVerifier {
    /// Bytes of a chain id, as in CometBFT.
    private static final int MAXIMUM_CHAIN_ID_BYTES = 50;
    private static final long EARLIEST_SECONDS = CometForm.ZERO_TIME.getSeconds();
    private static final long LATEST_SECONDS = 253_402_300_799L;
    private static final int NANOS = 1_000_000_000;

    private SignedHeaderVerifier() {}

    /// Whether header and commit are well formed, belong together and to this chain, the header
    /// names this set, and more than two thirds of its power signed. Every signature in the commit
    /// must hold.
    public static CommitVerdict verify(String chainId, SignedHeader signed, ValidatorSet set) {
        Optional<String> fault = headerFault(chainId, signed);
        if (fault.isEmpty() && !signed.getHeader().getValidatorsHash().equals(set.hash().bytes())) {
            fault = Optional.of("validators hash: not that of the validators");
        }
        if (fault.isPresent()) {
            return new CommitVerdict.Refused(Fault.BAD_HEADER, fault.get());
        }
        return CommitVerifier.verify(chainId, set, signed.getHeader().getHeight(),
                signed.getCommit().getBlockId(), signed.getCommit());
    }

    /// What is wrong with header and commit whoever the validators are; empty when nothing is.
    public static Optional<String> headerFault(String chainId, SignedHeader signed) {
        Header header = signed.getHeader();
        if (!header.getChainId().equals(chainId)) {
            return Optional.of("chain id: another one (expected: " + chainId + ")");
        }
        if (chainId.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_CHAIN_ID_BYTES) {
            return Optional.of("chain id: over " + MAXIMUM_CHAIN_ID_BYTES + " bytes");
        }
        if (header.getVersion().getBlock() != Blocks.BLOCK_VERSION) {
            return Optional
                    .of("block version: " + Long.toUnsignedString(header.getVersion().getBlock())
                            + " (expected: " + Blocks.BLOCK_VERSION + ")");
        }
        if (header.getHeight() < 1) {
            return Optional.of("height: " + header.getHeight() + " (expected: from 1)");
        }
        if (!isTime(header.getTime())) {
            return Optional.of("time: out of range (expected: year 1 to 9999)");
        }
        return lengthFault(header).or(() -> commitFault(signed));
    }

    /// The time in a header that has no fault; the first instant of year 1 where it has none.
    public static Instant time(Header header) {
        Timestamp time = CometForm.time(header.hasTime(), header.getTime());
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static Optional<String> commitFault(SignedHeader signed) {
        if (signed.getCommit().getHeight() != signed.getHeader().getHeight()) {
            return Optional.of("commit: of height " + signed.getCommit().getHeight());
        }
        ByteString hash = Blocks.headerHash(signed.getHeader()).bytes();
        return signed.getCommit().getBlockId().getHash().equals(hash)
                ? Optional.empty()
                : Optional.of("commit: for another header");
    }

    private static Optional<String> lengthFault(Header header) {
        BlockId last = header.getLastBlockId();
        List<Optional<String>> faults = new ArrayList<>();
        faults.add(hash("last block id", last.getHash()));
        faults.add(hash("last block id's parts", last.getPartSetHeader().getHash()));
        faults.add(hash("last commit hash", header.getLastCommitHash()));
        faults.add(hash("data hash", header.getDataHash()));
        faults.add(hash("validators hash", header.getValidatorsHash()));
        faults.add(hash("next validators hash", header.getNextValidatorsHash()));
        faults.add(hash("consensus hash", header.getConsensusHash()));
        faults.add(hash("last results hash", header.getLastResultsHash()));
        faults.add(hash("evidence hash", header.getEvidenceHash()));
        if (header.getProposerAddress().size() != ValidatorAddress.LENGTH) {
            faults.add(Optional.of("proposer address: " + header.getProposerAddress().size()
                    + " bytes (expected: " + ValidatorAddress.LENGTH + ")"));
        }
        return faults.stream().flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> hash(String name, ByteString bytes) {
        return bytes.isEmpty() || bytes.size() == Hash.LENGTH
                ? Optional.empty()
                : Optional.of(name + ": " + bytes.size() + " bytes (expected: none or "
                        + Hash.LENGTH + ")");
    }

    private static boolean isTime(Timestamp time) {
        return time.getSeconds() >= EARLIEST_SECONDS && time.getSeconds() <= LATEST_SECONDS
                && time.getNanos() >= 0 && time.getNanos() < NANOS;
    }
}
