using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>
/// The base class of a virtual clock for tests that does not move while work is in progress. Connections and conversations whose
/// <see cref="TimeProvider"/> derives from this class report their work to it. Implementations must be thread-safe.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class WorkTrackingTimeProvider : TimeProvider
{
    /// <summary>
    /// The context in which a conversation runs the app's asynchronous callbacks, so that their continuations count as work too. Null, the default, runs them
    /// on the thread pool.
    /// </summary>
    public virtual SynchronizationContext? CallbackContext => null;

    /// <summary>Called when work begins. Time must not move until <see cref="EndWork"/> was called as many times. Must not throw.</summary>
    public abstract void BeginWork();

    /// <summary>Called when work that <see cref="BeginWork"/> reported has ended, or waits for time to pass. Must not throw.</summary>
    public abstract void EndWork();

    /// <summary>
    /// Called before the handshake of a connection is sent. Must not throw. Does nothing by default, as do the methods below.
    /// </summary>
    /// <param name="connection">The value of its header <c>Sec-WebSocket-Key</c>, which both ends know.</param>
    public virtual void ConnectionOpening(string connection)
    {
    }

    /// <summary>Called when the server has accepted the handshake. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ConnectionOpened(string connection)
    {
    }

    /// <summary>Called when the connection has ended or could not be opened. Messages that were not read yet are reported as work. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ConnectionEnded(string connection)
    {
    }

    /// <summary>Called when a message or a close was accepted for sending, before any of its bytes is sent. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void BeginSend(string connection)
    {
    }

    /// <summary>Called when the send that <see cref="BeginSend"/> reported has ended and its caller has continued. Must not throw.</summary>
    /// <param name="connection">The value of its header <c>Sec-WebSocket-Key</c>, which both ends know.</param>
    /// <param name="wasSent">Whether the message was sent. The other end receives it, unless the connection fails.</param>
    public virtual void EndSend(string connection, bool wasSent)
    {
    }

    /// <summary>Called when a complete message was received. While the connection has a reader, the message counts as work. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void MessageReceived(string connection)
    {
    }

    /// <summary>Called when receiving pauses because the buffer is full of unread messages. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void PauseReceiving(string connection)
    {
    }

    /// <summary>Called when receiving resumes. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ResumeReceiving(string connection)
    {
    }
}
