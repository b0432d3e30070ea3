using System.Text.Json.Serialization;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>A serializer context as a program that uses the SDK would write it, with habits of its own.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(SessionConfiguration))]
[JsonSerializable(typeof(RealtimeSession))]
[JsonSerializable(typeof(ClientSecret))]
[JsonSerializable(typeof(ClientSecretRequest))]
[JsonSerializable(typeof(RealtimeError))]
[JsonSerializable(typeof(ResponseFormat))]
[JsonSerializable(typeof(Voice))]
[JsonSerializable(typeof(ServerVad))]
[JsonSerializable(typeof(AudioInputConfiguration))]
internal sealed partial class StrangersContext : JsonSerializerContext;
