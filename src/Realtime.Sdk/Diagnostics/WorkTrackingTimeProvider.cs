using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>
/// A clock that is informed of work in progress, so that it can stand still meanwhile: the base class of a virtual clock for tests. Connections and
/// conversations whose <see cref="TimeProvider"/> derives from this class report what they have in hand. Thread-safe.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class WorkTrackingTimeProvider : TimeProvider
{
    /// <summary>
    /// The context in which a conversation runs the app's asynchronous callbacks, so that their continuations count as work too. Null, the default, is the
    /// thread pool.
    /// </summary>
    public virtual SynchronizationContext? CallbackContext => null;

    /// <summary>Work begins: time must not move until <see cref="EndWork"/> is called as often. Must not throw.</summary>
    public abstract void BeginWork();

    /// <summary>Work that <see cref="BeginWork"/> reported has ended, or waits for time to pass. Must not throw.</summary>
    public abstract void EndWork();

    /// <summary>
    /// The handshake of a connection is about to be sent. Nothing is done by default, here and in the methods below. They must not throw.
    /// </summary>
    /// <param name="connection">The value of its header <c>Sec-WebSocket-Key</c>, which both ends know.</param>
    public virtual void ConnectionOpening(string connection)
    {
    }

    /// <summary>The handshake was answered with a WebSocket.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ConnectionOpened(string connection)
    {
    }

    /// <summary>The connection is over, or could not be opened. What its reader still has to handle is reported as work.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ConnectionEnded(string connection)
    {
    }

    /// <summary>A message, or the close, was accepted for sending; none of its bytes has left.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void BeginSend(string connection)
    {
    }

    /// <summary>The send that <see cref="BeginSend"/> reported has ended, and its caller has continued.</summary>
    /// <param name="connection">The value of its header <c>Sec-WebSocket-Key</c>, which both ends know.</param>
    /// <param name="wasSent">Whether the message has left: the other end receives it, unless the connection breaks.</param>
    public virtual void EndSend(string connection, bool wasSent)
    {
    }

    /// <summary>A whole message was received. From here on it is work, as long as somebody reads the connection.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void MessageReceived(string connection)
    {
    }

    /// <summary>Nothing is received until <see cref="ResumeReceiving"/>, because the buffer is full of unread messages.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void PauseReceiving(string connection)
    {
    }

    /// <summary>Messages are received again.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ResumeReceiving(string connection)
    {
    }
}
