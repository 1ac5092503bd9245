/// What the user's node keeps: one SQLite file of sealed rows.
@NullMarked
package network.dchat.client.store;

import org.jspecify.annotations.NullMarked;
