namespace Realtime.Sdk.Testing;

/// <summary>A script expected something of the client that did not come. The message says what did.</summary>
public sealed class EmulatorExpectationException : Exception
{
    internal EmulatorExpectationException(string message) : base(PeerText.MaskKeys(message)) { }
}

/// <summary>The session is over, so nothing can be sent or expected any more. In a script it ends the script, without being a failure.</summary>
public sealed class EmulatorSessionEndedException : Exception
{
    internal EmulatorSessionEndedException(string message, Exception? inner = null) : base(PeerText.MaskKeys(message), inner) { }
}
