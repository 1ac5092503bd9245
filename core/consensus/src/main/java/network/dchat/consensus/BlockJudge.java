package network.dchat.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import network.dchat.identity.Hash;
import network.dchat.identity.Verified;
import network.dchat.ledger.BlockFacts;
import network.dchat.ledger.BlockOutcome;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.EvidenceList;
import network.dchat.wire.v1.Header;

/// Builds and judges the block of one height. Judging depends on the chain before alone, never on
/// the clock or on what waits in the mempool, so that all honest validators agree and none
/// changes its mind.
final class BlockJudge implements BlockRules {
    private static final int REMEMBERED = 8;

    private final Chain.Constants constants;
    private final Chain.Tip tip;
    private final ChainState state;
    private final Known known;
    /// What was verified before, so that it need not be again. Never decides what is valid.
    ///
    /// @param transactions finds a transaction whose signature was verified
    /// @param commit whether a commit of the block before is one of votes that were verified here
    record Known(Function<Hash, Optional<Transaction>> transactions, Predicate<Commit> commit) {
        /// Nothing.
        static final Known NOTHING = new Known(_ -> Optional.empty(), _ -> false);
    }

    private final Map<Hash, ChainState> applied = new LinkedHashMap<>();

    BlockJudge(Chain.Constants constants, Chain.Tip tip, ChainState state, Known known) {
        this.constants = constants;
        this.tip = tip;
        this.state = state;
        this.known = known;
    }

    @Override
    public Optional<String> fault(Block block) {
        return headerFault(block).or(() -> Blocks.contentFault(block))
                .or(() -> lastCommitFault(block)).or(() -> timeFault(block))
                .or(() -> stateFault(block));
    }

    @Override
    public ChainState stateAfter(Block block) {
        ChainState after = applied.get(Blocks.headerHash(block.getHeader()));
        if (after == null) {
            stateFault(block).ifPresent(fault -> {
                throw new IllegalStateException("block " + block.getHeader().getHeight() + ": "
                        + fault + " (expected: valid)");
            });
            after = applied.get(Blocks.headerHash(block.getHeader()));
        }
        if (after == null) {
            throw new IllegalStateException("state: lost (expected: that after the block)");
        }
        return after;
    }

    @Override
    public int maximumBlockBytes() {
        return (int) state.parameters().getMaxBlockBytes();
    }

    /// The block of those transactions and that evidence, in their order, that may stand in it.
    ///
    /// @param lastCommit the commit of the block before; empty at the first height
    Block build(List<Transaction> waiting, List<DuplicateVoteEvidence> accusations,
            Optional<Commit> lastCommit, ValidatorAddress proposer) {
        List<ByteString> transactions = state.select(waiting, state.maximumTransactionBytes())
                .taken().stream().map(Transaction::encoded).toList();
        Commit commit = lastCommit.orElse(Commit.getDefaultInstance());
        EvidenceList.Builder list = EvidenceList.newBuilder();
        state.selectEvidence(accusations).forEach(
                each -> list.addEvidence(Evidence.newBuilder().setDuplicateVoteEvidence(each)));
        EvidenceList evidence = list.build();
        Header header = expectedHeader(commit).setDataHash(Blocks.dataHash(transactions).bytes())
                .setEvidenceHash(Blocks.evidenceHash(evidence).bytes())
                .setProposerAddress(proposer.bytes()).build();
        return Block.newBuilder().setHeader(header)
                .setData(BlockData.newBuilder().addAllTxs(transactions)).setEvidence(evidence)
                .setLastCommit(commit).build();
    }

    /// All fields of the header but data hash, evidence hash and proposer: they follow from the
    /// chain and the commit.
    private Header.Builder expectedHeader(Commit lastCommit) {
        return Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION)
                        .setApp(Blocks.APP_VERSION))
                .setChainId(state.chainId()).setHeight(tip.height() + 1).setTime(time(lastCommit))
                .setLastBlockId(tip.blockId())
                .setLastCommitHash(Blocks.commitHash(lastCommit).bytes())
                .setValidatorsHash(state.validators().hash().bytes())
                .setNextValidatorsHash(state.nextValidators().hash().bytes())
                .setConsensusHash(constants.consensusHash().bytes())
                .setAppHash(state.root().bytes())
                .setLastResultsHash(Blocks.resultsHash(tip.transactions()).bytes());
    }

    private Optional<String> headerFault(Block block) {
        Header header = block.getHeader();
        Optional<ValidatorAddress> proposer = ValidatorAddress.parse(header.getProposerAddress());
        if (proposer.flatMap(state.validators()::byAddress).isEmpty()) {
            return Optional.of("proposer: no validator");
        }
        if (!block.hasLastCommit()) {
            return Optional.of("last commit: missing");
        }
        if (!block.getEvidence().getEvidenceList().stream()
                .allMatch(Evidence::hasDuplicateVoteEvidence)) {
            return Optional.of("evidence: of an unknown kind (expected: duplicate votes)");
        }
        Header expected = expectedHeader(Commit.getDefaultInstance()).setTime(header.getTime())
                .setLastCommitHash(header.getLastCommitHash()).setDataHash(header.getDataHash())
                .setEvidenceHash(header.getEvidenceHash())
                .setProposerAddress(header.getProposerAddress()).build();
        return Blocks.headerHash(expected).equals(Blocks.headerHash(header))
                ? Optional.empty()
                : Optional.of("header: not what follows from the chain");
    }

    private Optional<String> lastCommitFault(Block block) {
        Commit commit = block.getLastCommit();
        if (tip.height() == 0) {
            return commit.getHeight() == 0 && commit.getSignaturesCount() == 0
                    ? Optional.empty()
                    : Optional.of("last commit: there is no block before");
        }
        if (known.commit().test(commit) || tip.commit().filter(commit::equals).isPresent()) {
            return Optional.empty();
        }
        CommitVerdict verdict = CommitVerifier.verify(state.chainId(), state.lastValidators(),
                tip.height(), tip.blockId(), commit);
        return verdict instanceof CommitVerdict.Refused(var fault, var reason)
                ? Optional.of("last commit: " + fault + ", " + reason)
                : Optional.empty();
    }

    private Optional<String> timeFault(Block block) {
        Timestamp time = block.getHeader().getTime();
        if (!time.equals(time(block.getLastCommit()))) {
            return Optional.of("time: not the median of the last commit");
        }
        return tip.height() == 0 || WireForm.compare(time, tip.time()) > 0
                ? Optional.empty()
                : Optional.of("time: not after that of the block before");
    }

    private Timestamp time(Commit lastCommit) {
        return tip.height() == 0 || lastCommit.getSignaturesCount() == 0
                ? constants.genesisTime()
                : Commits.medianTime(lastCommit, state.lastValidators());
    }

    private Optional<String> stateFault(Block block) {
        Optional<List<Transaction>> transactions = verified(block.getData().getTxsList());
        if (transactions.isEmpty()) {
            return Optional.of("transactions: one is not well formed or signed");
        }
        Hash hash = Blocks.headerHash(block.getHeader());
        return switch (state.applyVerified(BlockFacts.of(block), transactions.get())) {
            case BlockOutcome.Applied(ChainState after, _) -> {
                if (applied.size() >= REMEMBERED) {
                    applied.remove(applied.keySet().iterator().next());
                }
                applied.put(hash, after);
                yield Optional.empty();
            }
            case BlockOutcome.Refused(int index, var rejection) ->
                Optional.of((index == BlockOutcome.EVIDENCE ? "" : "transaction " + index + ": ")
                        + rejection.name() + ", " + rejection.reason());
        };
    }

    /// The block's transactions; empty when one is not well formed or signed. Those that wait in
    /// the mempool were verified when they came.
    private Optional<List<Transaction>> verified(List<ByteString> encoded) {
        List<ByteString> unknown = encoded.stream()
                .filter(each -> known.transactions().apply(Blocks.transactionHash(each)).isEmpty())
                .toList();
        Map<ByteString, Transaction> fresh = new HashMap<>();
        for (Verified<Transaction> each : Transactions.verifyAll(state.networkId(), unknown)) {
            if (each.toOptional().isEmpty()) {
                return Optional.empty();
            }
            fresh.put(each.orElseThrow().encoded(), each.orElseThrow());
        }
        List<Transaction> transactions = new ArrayList<>(encoded.size());
        for (ByteString each : encoded) {
            transactions.add(Optional.ofNullable(fresh.get(each))
                    .or(() -> known.transactions().apply(Blocks.transactionHash(each)))
                    .orElseThrow());
        }
        return Optional.of(transactions);
    }
}
