namespace Realtime.Sdk.Internal;

/// <summary>An unrecognized variant, preserved as JSON. It prints only its type and size: see <see cref="WireObject.ToString"/>.</summary>
internal interface IUnknownVariant
{
    RawJson Raw { get; }

    /// <summary>The wire discriminator; empty if the JSON has none, null in families without one.</summary>
    string? Type => null;
}

/// <summary>An unrecognized message. Only its JSON is sent, so the JSON must contain the type.</summary>
internal interface IUnknownMessage : IUnknownVariant;

/// <summary>A message that could not be parsed.</summary>
internal interface IMalformedMessage
{
    /// <summary>The reason, without the payload.</summary>
    string Reason { get; }

    /// <summary>The position in the JSON; null if the message is not valid JSON.</summary>
    string? Path { get; }

    /// <summary>The length of the message in bytes.</summary>
    long Length { get; }
}
