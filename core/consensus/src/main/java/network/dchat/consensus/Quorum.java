package network.dchat.consensus;

import network.dchat.ledger.ValidatorSet;

/// When votes suffice. There is one rule, [#of]; tests put a wrong one in its place and must see
/// it fail.
interface Quorum {
    /// Strictly more than two thirds of all power: any two such sets share an honest validator.
    boolean isReachedBy(long power);

    /// Strictly more than a third of all power: one honest validator at least is among them.
    boolean holdsOneHonest(long power);

    /// The rule of a validator set.
    static Quorum of(ValidatorSet set) {
        return new Quorum() {
            @Override
            public boolean isReachedBy(long power) {
                return set.isTwoThirds(power);
            }

            @Override
            public boolean holdsOneHonest(long power) {
                return set.isOneThird(power);
            }
        };
    }
}
