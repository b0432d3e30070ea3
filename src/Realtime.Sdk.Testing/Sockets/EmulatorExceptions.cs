namespace Realtime.Sdk.Testing;

/// <summary>An expectation of a script or a test was not met. The message describes what happened instead.</summary>
public sealed class EmulatorExpectationException : Exception
{
    internal EmulatorExpectationException(string message) : base(PeerText.MaskKeys(message)) { }
}

/// <summary>The session has ended, so nothing more can be sent or expected. A script may let the exception through: this does not count as a failure of the script.</summary>
public sealed class EmulatorSessionEndedException : Exception
{
    internal EmulatorSessionEndedException(string message, Exception? inner = null) : base(PeerText.MaskKeys(message), inner) { }
}
