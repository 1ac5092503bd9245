package network.dchat.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.Supply;
import network.dchat.wire.v1.Transfer;

/// The state while a block is applied to it. A transaction is checked completely before it changes
/// anything, so that one that is refused leaves no trace. Owned by one thread and thrown away
/// after.
final class StateDraft {
    /// Of each fee, three quarters are held for the delivery; the rest is burnt at once.
    private static final long REWARD_QUARTERS = 3;

    private final ChainState base;
    private final ChainParameters parameters;
    private final long height;
    private final Map<WalletAddress, Loaded> accounts = new LinkedHashMap<>();
    private final Map<Place, BatchMarks> batches = new LinkedHashMap<>();
    private final List<OpenRoot> roots = new ArrayList<>();
    private final Map<PublicKey, RegisteredNode> nodes = new LinkedHashMap<>();
    private int registrations;
    private int added;
    private long pooled;
    private long deposited;
    private long burnt;

    StateDraft(ChainState base, long height) {
        this.base = base;
        this.parameters = base.parameters();
        this.height = height;
    }

    /// What the units of a state's tree add up to after the draft.
    record Outcome(SparseMerkleTree tree, NavigableMap<PublicKey, RegisteredNode> nodes,
            Supply supply) {}

    /// Why the transaction does not apply; empty when it does. Changes nothing.
    Optional<Rejection> check(Transaction transaction) {
        return plan(transaction, 0).refusal();
    }

    /// Applies the transaction, or refuses it and stays as it was.
    Verified<BlockOutcome.Result> apply(Transaction transaction, int index) {
        return plan(transaction, index).then(plan -> {
            plan.change().run();
            Loaded sender = account(transaction.sender());
            sender.now = sender.now.debit(plan.cost()).use(transaction.sequence());
            return Verified.accepted(
                    new BlockOutcome.Result(transaction.hash(), plan.fee(), plan.deposit()));
        });
    }

    /// Gives the storage nodes that registered in the block before this one their seats.
    void seat(List<PublicKey> pending, Hash blockHash) {
        for (PublicKey key : pending) {
            RegisteredNode node = node(key).orElseThrow();
            nodes.put(key, node.toBuilder().setSeat(Seats.seat(PeerId.of(key), blockHash).bytes())
                    .build());
        }
    }

    /// Writes everything that changed into the tree.
    ///
    /// @throws IllegalStateException when units were made or lost, which only a fault of ours can
    /// do
    Outcome write() {
        SparseMerkleTree tree = base.tree();
        long balances = base.supply().getBalances();
        long stakes = base.supply().getStakes();
        for (Loaded account : accounts.values()) {
            if (!account.now.equals(account.before)) {
                balances += account.now.balance() - account.before.balance();
                stakes += account.now.stake() - account.before.stake();
                tree = tree.put(StateKeys.account(account.now.address()), account.now.entry());
            }
        }
        for (Map.Entry<Place, BatchMarks> each : batches.entrySet()) {
            if (each.getValue().isChanged()) {
                tree = tree.put(each.getKey().key(), each.getValue().entry());
            }
        }
        for (OpenRoot root : roots) {
            tree = tree.put(StateKeys.openRoot(new Hash(root.getTransactionHash())),
                    StateEntry.newBuilder().setOpenRoot(root).build().toByteString());
        }
        NavigableMap<PublicKey, RegisteredNode> allNodes = nodes.isEmpty()
                ? base.nodeMap()
                : new TreeMap<>(base.nodeMap());
        for (Map.Entry<PublicKey, RegisteredNode> each : nodes.entrySet()) {
            allNodes.put(each.getKey(), each.getValue());
            tree = tree.put(StateKeys.node(each.getKey()),
                    StateEntry.newBuilder().setNode(each.getValue()).build().toByteString());
        }
        Supply supply = base.supply().toBuilder().setBalances(balances).setStakes(stakes)
                .setDeposits(base.supply().getDeposits() + deposited)
                .setDeliveryPool(base.supply().getDeliveryPool() + pooled)
                .setBurnt(base.supply().getBurnt() + burnt).build();
        ChainState.requireConservation(supply);
        if (!supply.equals(base.supply())) {
            tree = tree.put(StateKeys.SUPPLY,
                    StateEntry.newBuilder().setSupply(supply).build().toByteString());
        }
        return new Outcome(tree, allNodes, supply);
    }

    private Verified<Plan> plan(Transaction transaction, int index) {
        Account sender = account(transaction.sender()).now;
        if (!sender.sequences().isUsable(transaction.sequence())) {
            return Verified.rejected(RejectionCode.REPLAYED,
                    "sequence: " + transaction.sequence() + " (expected: unused, above "
                            + (sender.sequences().highest() - LedgerLimits.SEQUENCE_WINDOW) + ")");
        }
        Verified<Plan> plan = switch (transaction.body().getActionCase()) {
            case ORDER_BATCH -> orderBatch(transaction.body().getOrderBatch(), index);
            case DELIVERY_ROOT -> deliveryRoot(transaction, index);
            case REGISTER_NODE -> registerNode(transaction);
            case TRANSFER -> transfer(transaction.body().getTransfer());
            case DELIVERY_AUDIT, STAKE, UNSTAKE, STORAGE_AUDIT_RESULT, ACTION_NOT_SET ->
                throw new IllegalStateException("action: " + transaction.body().getActionCase()
                        + " (expected: a verified one)");
        };
        return plan.then(it -> it.cost() > sender.balance()
                ? Verified.rejected(RejectionCode.INSUFFICIENT_FUNDS,
                        "balance: " + sender.balance() + " (expected: " + it.cost() + ")")
                : Verified.accepted(it));
    }

    private Verified<Plan> orderBatch(OrderBatch action, int index) {
        int count = action.getCommitmentsCount();
        if (count > parameters.getMaxBatchCommitments()) {
            return Verified.rejected(RejectionCode.INVALID, "commitments: " + count
                    + " (expected: up to " + parameters.getMaxBatchCommitments() + ")");
        }
        long fee = parameters.getCommitmentFee();
        long reward = fee * REWARD_QUARTERS / 4;
        OrderedBatch batch = OrderedBatch.newBuilder().setHeight(height).setTransaction(index)
                .setCount(count).setFee(fee).setReward(reward).build();
        return Verified.accepted(new Plan(fee * count, 0, 0, () -> {
            batches.put(new Place(height, index), BatchMarks.added(batch));
            pooled += reward * count;
            burnt += (fee - reward) * count;
        }));
    }

    private Verified<Plan> deliveryRoot(Transaction transaction, int index) {
        DeliveryRoot action = transaction.body().getDeliveryRoot();
        if (action.getCount() > parameters.getMaxRootLeaves()) {
            return Verified.rejected(RejectionCode.INVALID, "leaves: " + action.getCount()
                    + " (expected: up to " + parameters.getMaxRootLeaves() + ")");
        }
        List<Claimed> claims = new ArrayList<>(action.getPositionsCount());
        long deposit = 0;
        for (Position position : action.getPositionsList()) {
            Optional<BatchMarks> marks = position.getHeight() < height
                    ? batch(new Place(position.getHeight(), position.getTransaction()))
                    : Optional.empty();
            if (marks.isEmpty() || position.getIndex() >= marks.get().batch().getCount()) {
                return Verified.rejected(RejectionCode.NOT_FOUND,
                        "position: " + name(position) + " (expected: an ordered commitment)");
            }
            if (marks.get().isClaimed(position.getIndex())) {
                return Verified.rejected(RejectionCode.CONFLICT,
                        "position: " + name(position) + " (expected: not claimed so far)");
            }
            claims.add(new Claimed(marks.get(), position.getIndex()));
            deposit += marks.get().batch().getFee();
        }
        OpenRoot root = OpenRoot.newBuilder().setTransactionHash(transaction.hash().bytes())
                .setSigner(transaction.signer().bytes()).setRoot(action.getRoot())
                .setCount(action.getCount()).setDeposit(deposit).setHeight(height)
                .setTransaction(index).build();
        return Verified.accepted(new Plan(0, deposit, 0, () -> {
            claims.forEach(claim -> claim.marks().claim(claim.index()));
            roots.add(root);
            deposited += root.getDeposit();
        }));
    }

    private Verified<Plan> registerNode(Transaction transaction) {
        RegisterNode action = transaction.body().getRegisterNode();
        Optional<RegisteredNode> known = node(transaction.signer());
        if (registrations >= LedgerLimits.MAXIMUM_REGISTRATIONS) {
            return Verified.rejected(RejectionCode.RATE_LIMITED,
                    "registrations: " + registrations + " in this block already");
        }
        if (known.isPresent() && known.get().getRole() != action.getRole()) {
            return Verified.rejected(RejectionCode.CONFLICT, "role: " + action.getRole()
                    + " (expected: " + known.get().getRole() + ", as registered)");
        }
        if (known.isEmpty() && base.nodeMap().size() + added >= LedgerLimits.MAXIMUM_NODES) {
            return Verified.rejected(RejectionCode.QUOTA_EXCEEDED,
                    "nodes: " + LedgerLimits.MAXIMUM_NODES + " are registered");
        }
        RegisteredNode node = known
                .orElse(RegisteredNode.newBuilder().setPeerKey(transaction.signer().bytes())
                        .setRole(action.getRole()).setRegisteredHeight(height).build())
                .toBuilder().setOperator(action.getOperator()).setRegion(action.getRegion())
                .setCapacity(action.getCapacity()).build();
        return Verified.accepted(new Plan(0, 0, 0, () -> {
            nodes.put(transaction.signer(), node);
            registrations++;
            added += known.isEmpty() ? 1 : 0;
        }));
    }

    private Verified<Plan> transfer(Transfer action) {
        WalletAddress recipient = new WalletAddress(action.getRecipient());
        long amount = action.getAmount();
        long fee = parameters.getCommitmentFee();
        return Verified.accepted(new Plan(fee, 0, amount, () -> {
            Loaded account = account(recipient);
            account.now = account.now.credit(amount);
            burnt += fee;
        }));
    }

    private Loaded account(WalletAddress address) {
        return accounts.computeIfAbsent(address, it -> new Loaded(base.account(it)));
    }

    private Optional<BatchMarks> batch(Place place) {
        BatchMarks known = batches.get(place);
        if (known == null) {
            known = base.orderedBatch(place.height(), place.transaction()).map(BatchMarks::stored)
                    .orElse(null);
            if (known != null) {
                batches.put(place, known);
            }
        }
        return Optional.ofNullable(known);
    }

    private Optional<RegisteredNode> node(PublicKey key) {
        RegisteredNode changed = nodes.get(key);
        return Optional.ofNullable(changed != null ? changed : base.nodeMap().get(key));
    }

    private static String name(Position position) {
        return position.getHeight() + "/" + position.getTransaction() + "/" + position.getIndex();
    }

    /// What a transaction will cost and do.
    ///
    /// @param given units that go to someone else, at most [LedgerLimits#MAXIMUM_MINTED]
    private record Plan(long fee, long deposit, long given, Runnable change) {
        long cost() {
            return fee + deposit + given;
        }
    }

    private record Claimed(BatchMarks marks, int index) {}

    private record Place(long height, int transaction) {
        Hash key() {
            return StateKeys.batch(height, transaction);
        }
    }

    private static final class Loaded {
        private final Account before;
        private Account now;

        Loaded(Account before) {
            this.before = before;
            this.now = before;
        }
    }
}
