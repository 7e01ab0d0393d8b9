using System.Reflection;

namespace AsrService.Client.Tests;

/// <summary>The package shows nothing of gRPC and nothing generated, so that it lives beside anything.</summary>
[Trait("Category", "Conformance")]
public class PublicSurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Package = typeof(AsrClient).Assembly;

    [Fact]
    public void ExportedTypes_AreOfTheOwnNamespace() =>
        Assert.All(Package.GetExportedTypes(), type => Assert.Equal("AsrService.Client", type.Namespace));

    [Fact]
    public void Members_ShowOwnTypesAndThoseOfTheSystem()
    {
        var shown = Package.GetExportedTypes().SelectMany(TypesShownBy).SelectMany(Flatten).Distinct().ToList();

        Assert.Contains(typeof(StreamEvent), shown);
        Assert.All(shown, type => Assert.True(
            type.Namespace == "AsrService.Client" || type.Namespace!.Split('.')[0] == "System", $"{type} is shown."));
    }

    [Fact]
    public void References_AreThePackagesDependenciesAlone()
    {
        var others = Package.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.Split('.')[0] != "System");

        Assert.Equal(["Google.Protobuf", "Polly.Core"], others.Order());
    }

    private static IEnumerable<Type> TypesShownBy(Type type)
    {
        if (type.BaseType is { } parent) yield return parent;
        foreach (var one in type.GetInterfaces()) yield return one;
        foreach (var member in type.GetMembers(Declared).Where(IsVisible))
        {
            var types = member switch
            {
                FieldInfo field => [field.FieldType],
                PropertyInfo property => [property.PropertyType],
                EventInfo happened => [happened.EventHandlerType!],
                MethodInfo method => [method.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType)],
                ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
                _ => Enumerable.Empty<Type>(),
            };
            foreach (var one in types) yield return one;
        }
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo happened => IsVisible(happened.AddMethod!),
        _ => false,
    };

    /// <summary>A type with what it is made of.</summary>
    private static IEnumerable<Type> Flatten(Type type)
    {
        if (type.HasElementType) return Flatten(type.GetElementType()!);
        return type.IsGenericParameter ? [] : type.GetGenericArguments().SelectMany(Flatten).Append(type);
    }
}
