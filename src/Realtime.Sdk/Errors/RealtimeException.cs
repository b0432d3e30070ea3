namespace Realtime.Sdk;

/// <summary>Base of everything this SDK throws on its own account; misuse throws the platform's argument exceptions.</summary>
public abstract class RealtimeException : Exception
{
    private protected RealtimeException(string message, Exception? inner) : base(message, inner) { }

    /// <summary>Whether the same call may succeed later without any change.</summary>
    public virtual bool IsTransient => false;
}

/// <summary>The SDK refused to send: the request breaks rules of the Realtime API. Nothing was sent.</summary>
public sealed class RealtimeValidationException : RealtimeException
{
    internal RealtimeValidationException(IReadOnlyList<ConstraintViolation> violations)
        : base($"The request was not sent: {string.Join("; ", violations)}.", null) => Violations = violations;

    /// <summary>Every violated rule, each with its wire path.</summary>
    public IReadOnlyList<ConstraintViolation> Violations { get; }
}

/// <summary>The SDK could not understand bytes it was given or sent. The payload is never part of the message.</summary>
public sealed class RealtimeProtocolException : RealtimeException
{
    internal RealtimeProtocolException(string message, string? path, long length, Exception? inner = null) : base(message, inner)
    {
        Path = path;
        Length = length;
    }

    /// <summary>Where in the JSON, for example <c>$.session.audio</c>; null when that is not known.</summary>
    public string? Path { get; }

    /// <summary>The number of bytes that could not be understood.</summary>
    public long Length { get; }
}
