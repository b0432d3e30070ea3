// A family and its variants in different namespaces.
namespace Example.Shapes
{
    public abstract partial record Vehicle : WireObject
    {
        [JsonPropertyName("type")]
        public abstract string Type { get; }

        [JsonPropertyName("owner")]
        public Owners.Owner? Owner { get; init; }
    }

    public sealed partial record UnknownVehicle(string Type, JsonElement Json) : Vehicle, IUnknownVariant;
}

namespace Example.Shapes.Owners
{
    public sealed partial record Owner : WireObject
    {
        [JsonPropertyName("name")]
        public string? Name { get; init; }
    }

    [WireType("car")]
    public sealed partial record Car : Vehicle;
}

namespace Example
{
    [WireType("ship")]
    public sealed partial record Ship : Shapes.Vehicle;
}
