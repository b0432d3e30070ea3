namespace Realtime.Sdk.Internal;

/// <summary>A variant this version does not know, kept as the JSON it came as. It prints its type and size only: see <see cref="WireObject.ToString"/>.</summary>
internal interface IUnknownVariant
{
    KeptJson Kept { get; }

    /// <summary>The wire discriminator, empty when the JSON names none; null in families that have none.</summary>
    string? Type => null;
}

/// <summary>A message of a kind this version does not know. Its JSON is sent on its own, so it must name the message's type.</summary>
internal interface IUnknownMessage : IUnknownVariant;

/// <summary>A message that could not be read.</summary>
internal interface IMalformedMessage
{
    /// <summary>Why, without the payload.</summary>
    string Reason { get; }

    /// <summary>Where in the JSON; null when the message is not JSON.</summary>
    string? Path { get; }

    /// <summary>The number of bytes of the message.</summary>
    long Length { get; }
}
