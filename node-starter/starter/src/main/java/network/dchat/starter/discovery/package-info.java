/// Who is in the network and where: the DHT, the directory of peers, the records of users.
@NullMarked
package network.dchat.starter.discovery;

import org.jspecify.annotations.NullMarked;
