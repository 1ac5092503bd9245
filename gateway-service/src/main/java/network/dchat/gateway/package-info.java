/// The REST door for applications: signed requests in, the network's word out. It holds no user's
/// key and reads no message.
@NullMarked
package network.dchat.gateway;

import org.jspecify.annotations.NullMarked;
