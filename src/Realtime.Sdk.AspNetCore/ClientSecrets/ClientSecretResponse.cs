using System.Text.Json.Serialization;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The shape of the response, for descriptions of the API. It is written by hand, so that the JSON options of the app do not change it.</summary>
internal sealed record ClientSecretResponse([property: JsonPropertyName("value")] string Value, [property: JsonPropertyName("expires_at")] long ExpiresAt);
