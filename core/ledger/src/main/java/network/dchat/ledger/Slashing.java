package network.dchat.ledger;

import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.Unbonding;
import network.dchat.wire.v1.Unbondings;

/// Burns a part of what someone has at stake, units on their way out of it included.
final class Slashing {
    private final StateDraft draft;

    Slashing(StateDraft draft) {
        this.draft = draft;
    }

    void slash(WalletAddress address) {
        Account account = draft.account(address);
        long lost = draft.terms().slash(account.stake());
        draft.put(account.lock(-lost));
        draft.units().burn(lost);
        draft.unbondings().get(address).ifPresent(each -> {
            Unbondings.Builder left = each.toBuilder().clearEntries();
            for (Unbonding entry : each.getEntriesList()) {
                long part = draft.terms().slash(entry.getAmount());
                left.addEntries(entry.toBuilder().setAmount(entry.getAmount() - part));
                draft.units().unbond(-part);
                draft.units().burn(part);
            }
            draft.unbondings().put(address, left.build());
        });
    }
}
