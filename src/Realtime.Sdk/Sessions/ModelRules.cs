namespace Realtime.Sdk.Internal;

/// <summary>What the service documents of its models. Names it does not know, Azure deployments among them, are left alone.</summary>
internal static class ModelRules
{
    private const string LivePrefix = "gpt-live-";

    /// <summary>C101: the models of the Live API, for which a client secret is minted all the same.</summary>
    public static void WarnOfLive(Constraints constraints, string? model, string name)
    {
        if (model is not null && model.StartsWith(LivePrefix, StringComparison.Ordinal))
            constraints.Warning(name, Constraints.Quote(model), "should be a Realtime model such as gpt-realtime-2.1: realtime sessions refuse models of the Live API");
    }
}
