package network.dchat.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.DraftEntries.Kind;
import network.dchat.wire.v1.EpochDuty;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.Supply;
import network.dchat.wire.v1.Unbondings;

/// The state while a block is applied to it: what was read, what was changed, and where units went.
/// Owned by one thread and thrown away after.
final class StateDraft {
    private static final Kind<WalletAddress, Account> ACCOUNT = new Kind<>(StateKeys::account,
            StateEntries::account, Account::toEntry);
    private static final Kind<Place, BatchMarks> BATCH = new Kind<>(Place::key,
            entry -> new BatchMarks(entry.getBatch()), BatchMarks::toEntry);
    private static final Kind<Hash, OpenRoot> ROOT = new Kind<>(StateKeys::openRoot,
            StateEntry::getOpenRoot, root -> StateEntry.newBuilder().setOpenRoot(root).build());
    private static final Kind<WalletAddress, Unbondings> UNBONDINGS = new Kind<>(
            StateKeys::unbondings, StateEntry::getUnbondings,
            each -> StateEntry.newBuilder().setUnbondings(each).build());
    private final ChainState base;
    private final DraftEntries<WalletAddress, Account> accounts;
    private final DraftEntries<Place, BatchMarks> batches;
    private final DraftEntries<Hash, OpenRoot> roots;
    private final DraftEntries<WalletAddress, Unbondings> unbondings;
    private final Duties duties;
    private final Map<PublicKey, RegisteredNode> nodes = new LinkedHashMap<>();
    private final Map<WalletAddress, Candidate> candidates = new LinkedHashMap<>();
    private final List<Place> added = new ArrayList<>();
    private final TreeSet<Hash> opened = new TreeSet<>();
    private final TreeSet<Hash> challenged = new TreeSet<>();
    private final TreeSet<WalletAddress> unbonded = new TreeSet<>();
    private final LinkedHashSet<Place> touched = new LinkedHashSet<>();
    private final Units units = new Units();
    private Deadlines deadlines;
    private EpochDuty epoch;
    private int addedNodes;

    StateDraft(ChainState base) {
        this.base = base;
        this.accounts = new DraftEntries<>(base.tree(), ACCOUNT);
        this.batches = new DraftEntries<>(base.tree(), BATCH);
        this.roots = new DraftEntries<>(base.tree(), ROOT);
        this.unbondings = new DraftEntries<>(base.tree(), UNBONDINGS);
        this.duties = new Duties(base.tree(), base.epoch().getEpoch());
        this.epoch = base.epoch();
        this.deadlines = base.index().deadlines();
    }

    /// Where units went besides accounts: how much more there is of each than before.
    static final class Units {
        private long minted;
        private long unbonding;
        private long deposits;
        private long pool;
        private long burnt;

        void mint(long amount) {
            minted += amount;
        }

        void unbond(long amount) {
            unbonding += amount;
        }

        void deposit(long amount) {
            deposits += amount;
        }

        void pool(long amount) {
            pool += amount;
        }

        void burn(long amount) {
            burnt += amount;
        }

        long minted() {
            return minted;
        }
    }

    /// The state that the draft began with.
    ChainState base() {
        return base;
    }

    ChainTerms terms() {
        return base.terms();
    }

    /// Height of the block that is applied.
    long height() {
        return base.height() + 1;
    }

    Units units() {
        return units;
    }

    DraftEntries<Place, BatchMarks> batches() {
        return batches;
    }

    DraftEntries<Hash, OpenRoot> roots() {
        return roots;
    }

    DraftEntries<WalletAddress, Unbondings> unbondings() {
        return unbondings;
    }

    Duties duties() {
        return duties;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    void setDeadlines(Deadlines changed) {
        deadlines = changed;
    }

    Account account(WalletAddress address) {
        return accounts.get(address).orElseGet(() -> Account.empty(address));
    }

    void put(Account account) {
        accounts.put(account.address(), account);
    }

    /// Gives units to an account.
    void credit(WalletAddress address, long amount) {
        put(account(address).credit(amount));
    }

    Optional<RegisteredNode> node(PublicKey key) {
        RegisteredNode changed = nodes.get(key);
        return Optional.ofNullable(changed != null ? changed : base.index().nodes().get(key));
    }

    /// Adds a batch of this block; its time is set when the block's time is known.
    void add(Place place, BatchMarks batch) {
        batches.put(place, batch);
        added.add(place);
    }

    /// The batches of this block.
    List<Place> added() {
        return added;
    }

    /// Adds a root of this block.
    void open(Hash transaction, OpenRoot root) {
        roots.put(transaction, root);
        opened.add(transaction);
    }

    /// The roots of this block, by hash.
    List<Hash> opened() {
        return List.copyOf(opened);
    }

    /// Notes a root that was challenged in this block.
    void challenge(Hash transaction, OpenRoot root) {
        roots.put(transaction, root);
        challenged.add(transaction);
    }

    /// The roots that were challenged in this block, by hash.
    List<Hash> challenged() {
        return List.copyOf(challenged);
    }

    /// Notes what an account unstaked in this block; dated when the block's time is known.
    void unbond(WalletAddress address, Unbondings entry) {
        unbondings.put(address, entry);
        unbonded.add(address);
    }

    /// Who unstaked in this block, by address.
    List<WalletAddress> unbonded() {
        return List.copyOf(unbonded);
    }

    /// Notes a batch that may be over.
    void touch(Place place) {
        touched.add(place);
    }

    /// The batches that may be over.
    List<Place> touched() {
        return List.copyOf(touched);
    }

    void setEpoch(EpochDuty changed) {
        epoch = changed;
    }

    void put(PublicKey key, RegisteredNode node) {
        addedNodes += node(key).isEmpty() ? 1 : 0;
        nodes.put(key, node);
    }

    int nodeCount() {
        return base.index().nodes().size() + addedNodes;
    }

    /// The candidate of an account, with the stake that it had when the block began.
    Optional<Candidate> candidate(WalletAddress account) {
        Candidate changed = candidates.get(account);
        return changed != null ? Optional.of(changed) : base.registry().of(account);
    }

    /// True when a consensus key belongs to someone already.
    boolean isTaken(PublicKey consensusKey) {
        return base.registry().by(consensusKey).isPresent()
                || candidates.values().stream().anyMatch(each -> each.key().equals(consensusKey));
    }

    void put(Candidate candidate) {
        candidates.put(candidate.account(), candidate);
    }

    int candidateCount() {
        return base.registry().size() + (int) candidates.keySet().stream()
                .filter(each -> base.registry().of(each).isEmpty()).count();
    }

    /// Writes everything that changed into the tree.
    ///
    /// @throws IllegalStateException when units were made or lost, which only a fault of ours can
    /// do
    ChainState finish(BlockFacts facts) {
        ValidatorRegistry registry = registry();
        Optional<ValidatorSet> elected = registry == base.registry()
                ? Optional.empty()
                : registry.elect(terms())
                        .filter(set -> !set.equals(base.index().timeline().next().set()));
        ValidatorTimeline timeline = base.index().timeline().after(height(), elected);
        TreeChanges changes = new TreeChanges();
        List.of(accounts, batches, roots, unbondings, duties.entries())
                .forEach(each -> each.write(changes));
        candidates.values()
                .forEach(each -> changes.put(StateKeys.validator(each.key()), each.entry()));
        nodes.forEach((key, node) -> changes.put(StateKeys.node(key),
                StateEntry.newBuilder().setNode(node).build()));
        Supply supply = supply();
        ChainState.requireConservation(supply);
        if (!supply.equals(base.supply())) {
            changes.put(StateKeys.SUPPLY, StateEntry.newBuilder().setSupply(supply).build());
        }
        if (!epoch.equals(base.epoch())) {
            changes.put(StateKeys.EPOCH, StateEntry.newBuilder().setEpoch(epoch).build());
        }
        if (timeline.isWrittenAfter(base.index().timeline())) {
            changes.put(StateKeys.TERMS,
                    StateEntry.newBuilder().setTerms(timeline.toWire()).build());
        }
        SparseMerkleTree tree = changes.applyTo(base.tree());
        RecentBlocks recent = base.recent().after(tree, facts,
                base.index().timeline().current().set(), terms().evidenceBlocks());
        return base.after(facts, recent,
                new StateIndex(allNodes(), registry, timeline, deadlines, epoch, supply));
    }

    /// All candidates with their stake as it is now; the same as before when nothing changed.
    private ValidatorRegistry registry() {
        List<Candidate> changed = new ArrayList<>();
        accounts.forEachChanged((address, before, now) -> {
            long stake = now.map(Account::stake).orElse(0L);
            if (stake != before.map(Account::stake).orElse(0L)) {
                candidate(address).ifPresent(each -> put(each.withStake(stake)));
            }
        });
        candidates.replaceAll((address, each) -> each.withStake(account(address).stake()));
        changed.addAll(candidates.values());
        return changed.isEmpty() ? base.registry() : base.registry().with(changed);
    }

    private NavigableMap<PublicKey, RegisteredNode> allNodes() {
        if (nodes.isEmpty()) {
            return base.index().nodes();
        }
        NavigableMap<PublicKey, RegisteredNode> all = new TreeMap<>(base.index().nodes());
        all.putAll(nodes);
        return Collections.unmodifiableNavigableMap(all);
    }

    private Supply supply() {
        long[] locked = {0, units.unbonding};
        accounts.forEachChanged((_, before, now) -> {
            locked[0] += now.map(Account::balance).orElse(0L)
                    - before.map(Account::balance).orElse(0L);
            locked[1] += now.map(Account::stake).orElse(0L) - before.map(Account::stake).orElse(0L);
        });
        Supply before = base.supply();
        return before.toBuilder().setMinted(before.getMinted() + units.minted)
                .setBalances(before.getBalances() + locked[0])
                .setStakes(before.getStakes() + locked[1])
                .setDeposits(before.getDeposits() + units.deposits)
                .setDeliveryPool(before.getDeliveryPool() + units.pool)
                .setBurnt(before.getBurnt() + units.burnt).build();
    }
}
