package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import network.dchat.identity.Sha256;
import network.dchat.identity.Signature;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.PartSet;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.simulation.Action;
import network.dchat.simulation.Caller;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Machine;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.Vote;
import org.jspecify.annotations.Nullable;

/// A Byzantine validator: a real core behind a filter that contradicts, withholds and repeats
/// what it says. It proposes two blocks, one to those of even and one to those of odd number, and
/// with its fellows votes for each where it is known.
final class Equivocator implements Machine<Traffic, Input> {
    private final ValidatorMachine honest;
    private final TestChain chain;
    private final Conspiracy conspiracy;
    private final Generator random;
    private final List<ConsensusMessage> said = new ArrayList<>();
    private @Nullable Proposal proposed;
    private @Nullable Block twin;
    private @Nullable BlockId twinId;

    Equivocator(ValidatorMachine honest, TestChain chain, Conspiracy conspiracy, Generator random) {
        this.conspiracy = conspiracy;
        this.honest = honest;
        this.chain = chain;
        this.random = random;
    }

    ValidatorMachine honest() {
        return honest;
    }

    @Override
    public List<Action<Traffic, Input>> start(long nowMillis) {
        return honest.start(nowMillis).stream().map(this::filter).toList();
    }

    @Override
    public List<Action<Traffic, Input>> receive(String from, Traffic message, long nowMillis) {
        return honest.receive(from, message, nowMillis).stream().map(this::filter).toList();
    }

    @Override
    public List<Action<Traffic, Input>> apply(Input input) {
        return honest.apply(input).stream().map(this::filter).toList();
    }

    @Override
    public List<Action<Traffic, Input>> called(Caller caller, Traffic request, long nowMillis) {
        return honest.called(caller, request, nowMillis);
    }

    private Action<Traffic, Input> filter(Action<Traffic, Input> action) {
        return switch (action) {
            case Action.Send<Traffic, Input>(String to, Traffic.Frame(var messages)) ->
                Action.send(to, new Traffic.Frame(messages.stream()
                        .flatMap(message -> falsify(to, message).stream()).toList()));
            case Action.Unconditional<Traffic, Input>(var inner) ->
                Action.unconditional(filter(inner));
            default -> action;
        };
    }

    private List<ConsensusMessage> falsify(String to, ConsensusMessage message) {
        if (random.chance(0.1)) {
            return List.of();
        }
        List<ConsensusMessage> sent = new ArrayList<>();
        if (!said.isEmpty() && random.chance(0.05)) {
            sent.add(random.pick(said));
        }
        boolean other = to.charAt(1) % 2 == 0;
        switch (message.getMessageCase()) {
            case VOTE -> sent.addAll(votes(message, other));
            case PROPOSAL -> sent.addAll(proposals(message, other));
            case BLOCK_PART -> {
                if (!other || twin == null || random.chance(0.5)) {
                    sent.add(message);
                }
            }
            case HAVE, TRANSACTIONS, EVIDENCE, MESSAGE_NOT_SET -> sent.add(message);
        }
        return sent;
    }

    /// The vote, the opposite of it, or both.
    private List<ConsensusMessage> votes(ConsensusMessage message, boolean other) {
        Vote vote = message.getVote();
        if (!isOwn(vote.getValidatorAddress())) {
            return List.of(message);
        }
        Vote.Builder opposite = vote.toBuilder();
        Optional<Conspiracy.Twins> twins = conspiracy.twins(vote.getHeight(), vote.getRound());
        if (twins.isPresent() && random.chance(0.8)) {
            opposite.setBlockId(other ? twins.get().even() : twins.get().odd());
            return List.of(signed(opposite));
        }
        if (!CanonicalBytes.isNil(vote.getBlockId())) {
            opposite.clearBlockId();
        }
        if (random.chance(0.1)) {
            opposite.setRound(Math.max(0, vote.getRound() + random.evenly(-1, 3)));
        }
        if (random.chance(0.05)) {
            return List.of(message, forged(vote));
        }
        if (random.chance(0.3)) {
            return List.of(message, signed(opposite));
        }
        return List.of(other ? signed(opposite) : message);
    }

    /// A vote in another's name, with the own signature.
    private ConsensusMessage forged(Vote vote) {
        int victim = (vote.getValidatorIndex() + 1)
                % honest.consensus().chain().validators().size();
        return signed(vote.toBuilder().setValidatorIndex(victim).setValidatorAddress(
                honest.consensus().chain().validators().address(victim).bytes()));
    }

    private ConsensusMessage signed(Vote.Builder vote) {
        ConsensusMessage signed = WireForm.message(vote
                .setSignature(
                        sign(CanonicalBytes.voteSignBytes(chain.begin().chainId(), vote.build())))
                .build());
        said.add(signed);
        return signed;
    }

    /// The proposal to some, one of another block to the others.
    private List<ConsensusMessage> proposals(ConsensusMessage message, boolean other) {
        Proposal proposal = message.getProposal();
        HeightDriver driver = honest.consensus().driver();
        if (driver.proposerOf(proposal.getRound()) != driver.context().own().orElse(-1)
                || driver.height() != proposal.getHeight()) {
            return List.of(message);
        }
        driver.candidates().block(proposal.getBlockId()).filter(_ -> !proposal.equals(proposed))
                .ifPresent(block -> {
                    proposed = proposal;
                    twin = twin(block);
                    twinId = Blocks.blockId(twin);
                    if (random.chance(0.4)) {
                        spoil();
                    }
                    conspiracy.agree(proposal.getHeight(), proposal.getRound(),
                            new Conspiracy.Twins(twinId, proposal.getBlockId()));
                });
        Block second = twin;
        BlockId id = twinId;
        if (!other || second == null || id == null) {
            return List.of(message);
        }
        PartSet parts = Blocks.partSet(second);
        Proposal.Builder another = proposal.toBuilder().setBlockId(id);
        another.setSignature(
                sign(CanonicalBytes.proposalSignBytes(chain.begin().chainId(), another.build())));
        List<ConsensusMessage> sent = new ArrayList<>(List.of(WireForm.message(another.build())));
        for (Part part : parts.parts()) {
            sent.add(WireForm.message(proposal.getHeight(), proposal.getRound(), part));
        }
        return sent;
    }

    /// Makes the twin one that no honest validator may vote for: another app hash, a header that
    /// is not that of the block, or a last commit that does not verify.
    private void spoil() {
        Block.Builder spoilt = Objects.requireNonNull(twin).toBuilder();
        int signatures = spoilt.getLastCommit().getSignaturesCount();
        int way = random.evenly(0, signatures > 0 ? 2 : 1);
        if (way == 0) {
            spoilt.getHeaderBuilder().setAppHash(ByteString.copyFrom(new byte[32]));
        } else if (way == 2) {
            for (int index = 0; index < signatures; index++) {
                var entry = spoilt.getLastCommitBuilder().getSignaturesBuilder(index);
                if (!entry.getSignature().isEmpty()) {
                    entry.setSignature(ByteString.copyFrom(new byte[Signature.LENGTH]));
                }
            }
            spoilt.getHeaderBuilder()
                    .setLastCommitHash(Blocks.commitHash(spoilt.getLastCommit()).bytes());
        }
        twin = spoilt.build();
        twinId = Blocks.blockId(twin);
        if (way == 1) {
            twinId = twinId.toBuilder().setHash(Sha256.of(twinId.getHash()).bytes()).build();
        }
        conspiracy.spoil(twinId);
    }

    /// Another valid block: without transactions, and in another validator's name.
    private Block twin(Block block) {
        ByteString another = honest.consensus().chain().validators().validators().stream()
                .map(validator -> validator.address().bytes())
                .filter(address -> !address.equals(block.getHeader().getProposerAddress()))
                .findFirst().orElseThrow();
        Block.Builder twinned = block.toBuilder();
        twinned.getDataBuilder().clearTxs();
        twinned.getHeaderBuilder().setProposerAddress(another)
                .setDataHash(Blocks.dataHash(List.of()).bytes());
        return twinned.build();
    }

    private boolean isOwn(ByteString address) {
        return ValidatorAddress.of(key().publicKey()).bytes().equals(address);
    }

    private ByteString sign(ByteString bytes) {
        return key().sign(bytes).bytes();
    }

    private SigningKey key() {
        return honest.key();
    }
}
