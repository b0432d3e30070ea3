namespace Realtime.Sdk.Interop.Tests;

/// <summary>The function every client declares, and what is said about it.</summary>
internal static class Weather
{
    public const string Tool = "get_weather";
    public const string Description = "The weather in a city.";
    public const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";
    public const string Question = "How is the weather in Paris?";
    public const string Arguments = """{"city":"Paris"}""";
    public const string Output = "19 degrees and sunny";
    public const string Answer = $"{Tool} says: {Output}";
}
