package network.dchat.validator.snapshot;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.SignedHeaderVerifier;
import network.dchat.ledger.ValidatorSet;
import network.dchat.ledger.light.LightSettings;
import network.dchat.ledger.light.LightSync;
import network.dchat.ledger.light.LightVerdict;
import network.dchat.ledger.light.TrustedBlock;
import network.dchat.validator.chain.Proofs;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.SignedHeader;

/// Verifies headers as a light client does, from genesis or from a block that the operator trusts,
/// by light blocks of all peers in turn. For one thread.
final class HeaderSync {
    private static final long MILLIS = 1_000;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final Genesis genesis;
    private final Optional<TrustPoint> point;
    private final LightSettings settings;
    private final SnapshotPeers peers;
    private final InstantSource clock;
    /// All that was verified so far, by height; what is trusted from the start first.
    private final NavigableMap<Long, TrustedBlock> verified = new TreeMap<>();
    private int turn;

    HeaderSync(Genesis genesis, Optional<TrustPoint> point, LightSettings settings,
            SnapshotPeers peers, InstantSource clock) {
        this.genesis = genesis;
        this.point = point;
        this.settings = settings;
        this.peers = peers;
        this.clock = clock;
        if (point.isEmpty()) {
            verified.put(0L, genesisBlock(genesis));
        }
    }

    private record Provided(PeerId peer, CommittedBlock block) {}

    /// The header of a height; empty when nobody serves what would prove it.
    ///
    /// @throws SnapshotFailure when what is trusted does not allow to verify anything
    Optional<TrustedBlock> verify(long target) throws SnapshotFailure {
        if (verified.isEmpty() && !trustPoint()) {
            return Optional.empty();
        }
        while (!peers.usable().isEmpty()) {
            Map.Entry<Long, TrustedBlock> base = verified.floorEntry(target);
            if (base == null) {
                return Optional.empty();
            }
            if (base.getKey() == target) {
                return Optional.of(base.getValue());
            }
            Map<Long, PeerId> providers = new HashMap<>();
            LightSync.Step step = follow(
                    new LightSync(base.getValue(), target, LightSync.Way.SKIPPING, settings),
                    providers);
            switch (step) {
                case LightSync.Step.Done(var _, var path) ->
                    path.forEach(each -> verified.put(each.height(), each));
                case LightSync.Step.Fetch _ -> {
                    return Optional.empty();
                }
                case LightSync.Step.TooFar(int asked) ->
                    throw new SnapshotFailure("header " + target + ": not verified with " + asked
                            + " light blocks" + " (expected: fewer; give a later block with"
                            + " --dchat.validator.trust=HEIGHT:HASH)");
                case LightSync.Step.Failed(long height, LightVerdict verdict) ->
                    blame(height, verdict, providers);
            }
        }
        return Optional.empty();
    }

    /// Brings light blocks until there is an outcome, or nobody has the next one.
    private LightSync.Step follow(LightSync sync, Map<Long, PeerId> providers) {
        while (sync.step() instanceof LightSync.Step.Fetch(long height)) {
            Optional<Provided> provided = fetch(height);
            if (provided.isEmpty()) {
                return sync.step();
            }
            providers.put(height, provided.get().peer());
            LightSync.Step _ = sync.supply(Proofs.lightBlock(provided.get().block()),
                    clock.instant());
        }
        return sync.step();
    }

    private void blame(long height, LightVerdict verdict, Map<Long, PeerId> providers)
            throws SnapshotFailure {
        if (verdict instanceof LightVerdict.Invalid(var fault, String reason)
                && fault == LightVerdict.Fault.TRUST_EXPIRED) {
            throw new SnapshotFailure("header " + height + ": " + reason + " (expected: trust in a"
                    + " block of the last " + settings.trustingPeriod()
                    + "; give one with --dchat.validator.trust=HEIGHT:HASH)");
        }
        PeerId provider = providers.get(height);
        if (provider == null) {
            throw new SnapshotFailure("header " + height + ": " + verdict.reason());
        }
        peers.lied(provider, "header " + height + ": " + verdict.reason());
    }

    private Optional<Provided> fetch(long height) {
        List<PeerId> usable = peers.usable();
        for (int tried = 0; tried < usable.size(); tried++) {
            PeerId peer = usable.get(Math.floorMod(turn++, usable.size()));
            if (peers.blocks(peer, height,
                    height) instanceof PeerAnswer.Given<List<CommittedBlock>>(var blocks)) {
                return Optional.of(new Provided(peer, blocks.getFirst()));
            }
        }
        return Optional.empty();
    }

    /// Fetches the block that the operator trusts; false when nobody serves its height.
    private boolean trustPoint() throws SnapshotFailure {
        TrustPoint trusted = point.orElseThrow();
        Optional<Hash> other = Optional.empty();
        for (PeerId peer : peers.usable()) {
            if (peers.blocks(peer, trusted.height(), trusted
                    .height()) instanceof PeerAnswer.Given<List<CommittedBlock>>(var blocks)) {
                LightBlock block = Proofs.lightBlock(blocks.getFirst());
                Hash hash = Blocks.headerHash(block.getSignedHeader().getHeader());
                if (!hash.equals(trusted.hash())) {
                    other = Optional.of(hash);
                } else if (accept(peer, block)) {
                    return true;
                }
            }
        }
        if (other.isPresent()) {
            throw new SnapshotFailure(
                    "dchat.validator.trust: peers have block " + other.get().hex() + " at height "
                            + trusted.height() + " (expected: " + trusted.hash().hex() + ")");
        }
        return false;
    }

    private boolean accept(PeerId peer, LightBlock block) {
        SignedHeader signed = block.getSignedHeader();
        Optional<ValidatorSet> set = ValidatorSet.parse(block.getValidatorSet());
        if (set.isEmpty() || !(SignedHeaderVerifier.verify(GenesisRules.chainId(genesis), signed,
                set.get()) instanceof CommitVerdict.Accepted)) {
            peers.lied(peer, "trusted block: not with the validators that signed it");
            return false;
        }
        verified.put(signed.getHeader().getHeight(), new TrustedBlock(signed, set));
        return true;
    }

    /// What genesis says of the first block, as the header before it. Its time is just before that
    /// of genesis, which the first block may bear.
    private static TrustedBlock genesisBlock(Genesis genesis) {
        ValidatorSet set = GenesisRules.validatorSet(genesis);
        long millis = genesis.getGenesisTimeMillis() - 1;
        Header.Builder header = Header.newBuilder().setChainId(GenesisRules.chainId(genesis))
                .setValidatorsHash(set.hash().bytes()).setNextValidatorsHash(set.hash().bytes());
        header.getTimeBuilder().setSeconds(Math.floorDiv(millis, MILLIS))
                .setNanos((int) Math.floorMod(millis, MILLIS) * NANOS_PER_MILLI);
        return new TrustedBlock(SignedHeader.newBuilder().setHeader(header).build(),
                Optional.of(set));
    }
}
