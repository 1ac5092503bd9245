package network.dchat.ledger;

import java.util.Optional;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.Unbonding;
import network.dchat.wire.v1.Unbondings;

/// Units on their way from stake to balance, at the end of a block. Owned by one thread.
final class Releases {
    private final StateDraft draft;
    private final BlockFacts facts;

    Releases(StateDraft draft, BlockFacts facts) {
        this.draft = draft;
        this.facts = facts;
    }

    /// Dates what was unstaked in this block, and gives back what is due.
    void run() {
        OrderedSet<Due> dues = draft.deadlines().unbondings();
        for (WalletAddress address : draft.unbonded()) {
            Unbondings entry = draft.unbondings().get(address).orElseThrow();
            Unbondings.Builder dated = entry.toBuilder().clearEntries();
            for (Unbonding each : entry.getEntriesList()) {
                Unbonding now = each.getTimeMillis() != 0
                        ? each
                        : each.toBuilder()
                                .setTimeMillis(facts.timeMillis() + draft.terms().unbondingMillis())
                                .build();
                dated.addEntries(now);
                dues = dues.with(Deadlines.of(address, now));
            }
            draft.unbondings().put(address, dated.build());
        }
        Optional<Due> next = dues.first();
        while (next.isPresent() && next.get().millis() <= facts.timeMillis()
                && next.get().height() <= facts.height()) {
            release(new WalletAddress(next.get().name()));
            dues = dues.without(next.get());
            next = dues.first();
        }
        draft.setDeadlines(draft.deadlines().withUnbondings(dues));
    }

    private void release(WalletAddress address) {
        Optional<Unbondings> entry = draft.unbondings().get(address);
        if (entry.isEmpty()) {
            return;
        }
        Unbondings.Builder left = entry.get().toBuilder().clearEntries();
        for (Unbonding each : entry.get().getEntriesList()) {
            if (each.getTimeMillis() <= facts.timeMillis() && each.getHeight() <= facts.height()) {
                draft.credit(address, each.getAmount());
                draft.units().unbond(-each.getAmount());
            } else {
                left.addEntries(each);
            }
        }
        if (left.getEntriesCount() == 0) {
            draft.unbondings().remove(address);
        } else {
            draft.unbondings().put(address, left.build());
        }
    }
}
