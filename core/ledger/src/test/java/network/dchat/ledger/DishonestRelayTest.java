package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.Hash;
import network.dchat.ledger.TestDeliveries.Message;
import network.dchat.ledger.TestDeliveries.Ordered;
import network.dchat.ledger.TestDeliveries.Root;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;

/// A relay that invents users, messages and receipts, takes others' positions, forges leaves,
/// challenges itself by a second identity and stakes for issuance. Whatever it does, it and its
/// other identities together never end richer than they began; an honest relay beside it, which
/// carries messages that others pay for, does.
class DishonestRelayTest {
    private static final String CHEAT = "relay1";
    private static final String SECOND = "second";
    private static final String HONEST = "relay2";
    private static final String PAYER = "payer";
    private static final int BLOCKS = 60;
    private static final long WINDOW = 6_000;

    private final Map<Hash, Root> roots = new HashMap<>();
    private int count;
    /// A careful cheat shows no leaf for which it would be slashed.
    private boolean careful;

    @Seeds(count = 16)
    void inventionNeverPays(Generator generator) {
        TestLedger ledger = new TestLedger(genesis(generator));
        TestDeliveries deliveries = new TestDeliveries(ledger);
        ledger.run(transfer(ledger, CHEAT, SECOND, 200_000));
        ledger.run(Transactions.registerNode(ledger.network(), ledger.key(SECOND),
                ledger.sequence(SECOND), RegisterNode.newBuilder().setRole(Role.RELAY).build()));
        ledger.add(stake(ledger, HONEST, 1_000));
        ledger.run(stake(ledger, CHEAT, generator.evenly(1, 100_000)));
        ledger.run(stake(ledger, SECOND, generator.evenly(1, 100_000)));
        List<Ordered> invented = new ArrayList<>();
        List<Ordered> real = new ArrayList<>();
        double invents = generator.share();
        double steals = generator.share();
        double answers = generator.chance(0.5) ? 1 : generator.share();
        careful = generator.chance(0.7);
        for (int block = 0; block < BLOCKS; block++) {
            if (generator.chance(invents / 2)) {
                invented.addAll(deliveries.order(generator.pick(List.of(CHEAT, SECOND)),
                        messages(generator, "invented")));
            }
            if (generator.chance(0.3)) {
                real.addAll(deliveries.order(PAYER, messages(generator, "real")));
            }
            if (generator.chance(invents)) {
                list(ledger, deliveries, generator, invented);
            }
            if (generator.chance(steals / 3)) {
                list(ledger, deliveries, generator, real);
            }
            serve(ledger, deliveries, real);
            answer(ledger, deliveries, generator, answers);
            ledger.block(generator.evenly(200, 2_000), List.of());
        }
        finish(ledger, deliveries, answers);
        assertThat(ledger.wealth(CHEAT) + ledger.wealth(SECOND)).isLessThanOrEqualTo(Samples.RICH);
        assertThat(ledger.wealth(HONEST)).isGreaterThan(Samples.RICH);
    }

    /// The best that invention can do: everything is answered in time, at once, with all stake.
    @Seeds(count = 5)
    void evenAPerfectCircleLoses(Generator generator) {
        TestLedger ledger = new TestLedger(genesis(generator));
        TestDeliveries deliveries = new TestDeliveries(ledger);
        ledger.run(stake(ledger, CHEAT, 500_000));
        long before = ledger.wealth(CHEAT) + Samples.FEE;
        int messages = 0;
        for (int round = 0; round < 10; round++) {
            List<Ordered> orders = deliveries.order(CHEAT, messages(generator, "invented"));
            messages += orders.size();
            Root root = deliveries.honestRoot(CHEAT, orders);
            ledger.run(root.transaction());
            ledger.block();
            ledger.run(deliveries.answer(CHEAT, root));
            ledger.block(WINDOW, List.of());
        }
        ledger.blocks(20);
        long lost = before - Samples.FEE - ledger.wealth(CHEAT);
        assertThat(lost).isGreaterThanOrEqualTo(messages * Samples.FEE / 8);
    }

    private List<Message> messages(Generator generator, String kind) {
        return TestDeliveries.messages(kind + ++count, generator.evenly(1, 12));
    }

    /// Positions that nobody lists so far.
    private static List<Ordered> free(TestLedger ledger, List<Ordered> orders) {
        return orders.stream()
                .filter(order -> ledger.state()
                        .orderedBatch(order.position().height(), order.position().transaction())
                        .filter(batch -> !BitSet.valueOf(batch.getClaimed().toByteArray())
                                .get(order.position().index()))
                        .isPresent())
                .toList();
    }

    /// The honest relay lists what it delivered and nobody lists so far.
    private void serve(TestLedger ledger, TestDeliveries deliveries, List<Ordered> orders) {
        List<Ordered> free = free(ledger, orders);
        if (free.isEmpty()) {
            return;
        }
        Root root = deliveries.honestRoot(HONEST, free);
        if (ledger.offer(root.transaction())) {
            roots.put(root.transaction().hash(), root);
        }
    }

    /// A cheat lists positions with claims that are good for its own inventions, and forged or
    /// stolen for the rest.
    private void list(TestLedger ledger, TestDeliveries deliveries, Generator generator,
            List<Ordered> all) {
        List<Ordered> orders = free(ledger, all);
        if (orders.isEmpty()) {
            return;
        }
        String relay = generator.pick(List.of(CHEAT, SECOND));
        List<Ordered> listed = generator.sample(orders,
                generator.evenly(1, Math.min(orders.size(), 10)));
        List<SignedBytes> claims = new ArrayList<>();
        for (Ordered order : listed) {
            boolean own = order.message().name().startsWith("invented");
            claims.add(own && generator.chance(0.9)
                    ? deliveries.claim(order.message(), relay)
                    : DeliveryClaim.sign(ledger.network(), ledger.key("forger"),
                            network.dchat.identity.PeerId.of(ledger.key(relay).publicKey()),
                            order.message().opening().commitment()));
        }
        Root root = deliveries.root(relay, listed, claims);
        if (ledger.offer(root.transaction())) {
            roots.put(root.transaction().hash(), root);
        }
    }

    /// The honest relay answers and challenges always, the cheats when it suits them: also each
    /// other's roots, so that one of them is paid for what the other does not show.
    private void answer(TestLedger ledger, TestDeliveries deliveries, Generator generator,
            double answers) {
        for (Root root : open(ledger)) {
            OpenRoot state = ledger.state().openRoot(root.transaction().hash()).orElseThrow();
            String owner = owner(ledger, root);
            if (!deliveries.missing(root).isEmpty()
                    && (owner.equals(HONEST) || generator.chance(answers))) {
                show(ledger, deliveries, owner, root);
            }
            int leaf = generator.evenly(0, root.orders().size() - 1);
            boolean real = root.orders().get(leaf).message().name().startsWith("real");
            boolean shown = state.getShownList().contains(leaf);
            if (!owner.equals(HONEST) && !shown && (real || generator.chance(0.3))) {
                String challenger = real ? HONEST : owner.equals(CHEAT) ? SECOND : CHEAT;
                ledger.offer(deliveries.audit(challenger, root,
                        List.of(deliveries.challenge(root, leaf, challenger))));
            }
        }
    }

    private void show(TestLedger ledger, TestDeliveries deliveries, String owner, Root root) {
        List<AuditedLeaf> leaves = deliveries.missing(root).stream()
                .filter(index -> !careful || DeliveryClaim
                        .verify(ledger.network(), root.claims().get(index)).toOptional()
                        .filter(claim -> claim.claimKey()
                                .equals(root.orders().get(index).message().opening().claimKey()))
                        .isPresent())
                .map(index -> deliveries.leaf(root, index)).toList();
        if (leaves.isEmpty()) {
            return;
        }
        if (!ledger.offer(deliveries.audit(owner, root, leaves))) {
            leaves.forEach(leaf -> ledger.offer(deliveries.audit(owner, root, List.of(leaf))));
        }
    }

    /// Lets every root and batch come to its end.
    private void finish(TestLedger ledger, TestDeliveries deliveries, double answers) {
        for (int block = 0; block < 40; block++) {
            for (Root root : open(ledger)) {
                if (!deliveries.missing(root).isEmpty()
                        && (owner(ledger, root).equals(HONEST) || answers == 1)) {
                    show(ledger, deliveries, owner(ledger, root), root);
                }
            }
            ledger.block();
        }
        assertThat(ledger.state().supply().getDeposits()).isZero();
    }

    private List<Root> open(TestLedger ledger) {
        return roots.values().stream()
                .filter(root -> ledger.state().openRoot(root.transaction().hash())
                        .filter(open -> open.getDeadlineMillis() > 0).isPresent())
                .sorted(java.util.Comparator.comparing(root -> root.transaction().hash())).toList();
    }

    private static String owner(TestLedger ledger, Root root) {
        return List.of(CHEAT, SECOND, HONEST).stream()
                .filter(name -> ledger.key(name).publicKey().equals(root.transaction().signer()))
                .findFirst().orElseThrow();
    }

    private static Transaction transfer(TestLedger ledger, String from, String to, long amount) {
        return Transactions.transfer(ledger.network(), ledger.key(from), ledger.sequence(from),
                Samples.address(to), amount);
    }

    private static Transaction stake(TestLedger ledger, String name, long amount) {
        return Transactions.stake(ledger.network(), ledger.key(name), ledger.sequence(name),
                amount);
    }

    private static Genesis genesis(Generator generator) {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        genesis.addBalances(network.dchat.wire.v1.GenesisBalance.newBuilder()
                .setAddress(Samples.address(PAYER).bytes()).setAmount(Samples.RICH));
        genesis.getParametersBuilder().setEpochBlocks(10)
                .setEpochIssuance(generator.evenly(0, 1_000_000)).setAuditWindowMillis(WINDOW)
                .setCommitmentFee(generator.chance(0.2) ? generator.evenly(4, 50) : Samples.FEE)
                .setEvidenceMaxAgeBlocks(20);
        return genesis.build();
    }
}
