package network.dchat.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Every benchmark by its name. A fixture is made only when its benchmark is asked for.
public final class Suite {
    private Suite() {}

    /// Makers of comparisons, in the order of their names.
    public static Map<String, Supplier<Comparison>> all() {
        Map<String, Supplier<Comparison>> all = new TreeMap<>();
        all.put("erasure.encode", ErasureBenchmarks::encode);
        all.put("erasure.decode", ErasureBenchmarks::decode);
        all.put("identity.verify", SignatureBenchmarks::verify);
        all.put("identity.sign", SignatureBenchmarks::sign);
        all.put("ledger.merkle", LedgerBenchmarks::merkleRoot);
        all.put("ledger.apply", LedgerBenchmarks::applyBatches);
        all.put("ledger.transfers", LedgerBenchmarks::applyTransfers);
        all.put("consensus.heights", ConsensusBenchmarks::heights);
        all.put("mailbox.submit", MailboxBenchmarks::submit);
        all.put("dht.closest", DhtBenchmarks::closest);
        all.put("gossip.flood", GossipBenchmarks::flood);
        all.put("session.noise", SessionBenchmarks::noise);
        all.put("session.ratchet", SessionBenchmarks::ratchet);
        return all;
    }
}
