namespace Realtime.Sdk;

/// <summary>
/// The base class of a virtual clock for tests that does not advance while work is in progress. Connections and conversations whose
/// <see cref="TimeProvider"/> derives from this class report their work to it. Implementations must be thread-safe.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class WorkTrackingTimeProvider : TimeProvider
{
    /// <summary>
    /// The context in which a conversation runs asynchronous callbacks of the app, so that their continuations count as work too. The default is null,
    /// which uses the thread pool.
    /// </summary>
    public virtual SynchronizationContext? CallbackContext => null;

    /// <summary>Called when work begins. Time must not advance until <see cref="EndWork"/> has been called as often. Must not throw.</summary>
    public abstract void BeginWork();

    /// <summary>Called when work that was reported with <see cref="BeginWork"/> has ended or waits for time to pass. Must not throw.</summary>
    public abstract void EndWork();

    /// <summary>
    /// Called before the handshake of a connection is sent. Must not throw. The default implementation does nothing, as do those of the methods below.
    /// </summary>
    /// <param name="connection">The <c>Sec-WebSocket-Key</c> header of the handshake, which identifies the connection on both sides.</param>
    public virtual void ConnectionOpening(string connection)
    {
    }

    /// <summary>Called when the server has accepted the handshake. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ConnectionOpened(string connection)
    {
    }

    /// <summary>Called when the connection has ended or could not be opened. Unread messages are still reported as work. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void ConnectionEnded(string connection)
    {
    }

    /// <summary>Called when a message or a close was accepted for sending, before any of its bytes are sent. Must not throw.</summary>
    /// <inheritdoc cref="ConnectionOpening" path="/param"/>
    public virtual void BeginSend(string connection)
    {
    }

    /// <summary>Called when the send that was reported with <see cref="BeginSend"/> has ended and its caller has continued. Must not throw.</summary>
    /// <param name="connection">The <c>Sec-WebSocket-Key</c> header of the handshake, which identifies the connection on both sides.</param>
    /// <param name="wasSent">Whether the message was sent. The other side receives it unless the connection fails.</param>
    public virtual void EndSend(string connection, bool wasSent)
    {
    }

    /// <summary>Called when a complete message was received. It counts as work while the connection has a reader. Must not throw.</summary>
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
