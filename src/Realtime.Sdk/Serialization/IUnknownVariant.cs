namespace Realtime.Sdk.Internal;

/// <summary>A variant this version does not know, kept as the JSON it came as.</summary>
internal interface IUnknownVariant
{
    JsonElement Json { get; }
}

/// <summary>A message of a kind this version does not know. Its JSON is sent on its own, so it must name the message's type.</summary>
internal interface IUnknownMessage : IUnknownVariant
{
    string Type { get; }
}
