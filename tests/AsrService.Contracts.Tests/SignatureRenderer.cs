using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AsrService.Contracts.Tests;

/// <summary>
/// Writes what a type offers to others, one line for the type and one for every public or protected member.
/// </summary>
/// <remarks>
/// Whatever a caller's source depends on is in a line: names and order of parameters, defaults, nullability,
/// constraints.
/// </remarks>
internal static class SignatureRenderer
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance |
        BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The lines of a type; nested types are types of their own.</summary>
    public static IEnumerable<string> Lines(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            return
            [
                $"delegate {Return(invoke)} {Name(type)}({Parameters(invoke)}){Constraints(type.GetGenericArguments())}",
            ];
        }

        return Members(type).Prepend($"{Kind(type)} {Name(type)}{Bases(type)}{Constraints(type.GetGenericArguments())}");
    }

    private static IEnumerable<string> Members(Type type)
    {
        var constructors = type.GetConstructors(Declared).Where(IsOffered)
            .Select(constructor => $"{Access(constructor)}{Name(type)}({Parameters(constructor)})");
        var fields = type.GetFields(Declared).Where(field => field.IsPublic && !field.IsSpecialName)
            .Select(field => Field(type, field));
        var properties = type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(IsOffered))
            .Select(property => Property(type, property));
        var methods = type.GetMethods(Declared).Where(method => IsOffered(method) && IsWritten(method))
            .Select(method => Method(type, method));
        return constructors.Concat(fields).Concat(properties).Concat(methods);
    }

    private static string Method(Type type, MethodInfo method) =>
        $"{Access(method)}{Modifiers(method)}{Return(method)} {Name(type)}.{method.Name}" +
        $"{Generics(method.GetGenericArguments())}({Parameters(method)}){Constraints(method.GetGenericArguments())}";

    private static string Field(Type type, FieldInfo field)
    {
        if (type.IsEnum) return $"{Name(type)}.{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}";

        string nullable = TypeNames.Of(new NullabilityInfoContext().Create(field));
        return field.IsLiteral
            ? $"const {nullable} {Name(type)}.{field.Name} = \"{field.GetRawConstantValue()}\""
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}" +
                $"{nullable} {Name(type)}.{field.Name}";
    }

    private static string Property(Type type, PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(IsOffered).ToArray();
        string verbs = string.Concat(accessors.Select(accessor => accessor == property.GetMethod ? "get; " : "set; "));
        string index = property.GetIndexParameters().Length > 0 ? $"[{Parameters(accessors[0])}]" : "";
        string use = TypeNames.Of(new NullabilityInfoContext().Create(property));
        return $"{Access(accessors[0])}{Modifiers(accessors[0])}{use} {Name(type)}.{property.Name}{index} {{ {verbs}}}";
    }

    private static bool IsOffered(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Overrides say nothing new, accessors are with their property, and explicit implementations with their interface.
    private static bool IsWritten(MethodInfo method) =>
        !method.IsSpecialName && method.GetBaseDefinition() == method && !method.Name.Contains('.');

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => type.IsDefined(typeof(FlagsAttribute)) ? "flags enum" : "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum) return "";
        bool hasBase = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType);
        Type[] bases = hasBase ? [type.BaseType!] : [];
        var added = type.GetInterfaces().Except(bases.SelectMany(known => known.GetInterfaces()));
        string all = string.Join(", ", bases.Concat(added).Select(TypeNames.Of).Order(StringComparer.Ordinal));
        return all.Length == 0 ? "" : $" : {all}";
    }

    private static string Name(Type type) => TypeNames.Declared(type);

    private static string Generics(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(argument => argument.Name))}>";

    private static string Constraints(Type[] arguments) => string.Concat(arguments
        .Where(argument => argument.GetGenericParameterConstraints().Length > 0 ||
            argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        .Select(argument => $" where {argument.Name} : " + string.Join(", ", argument.GetGenericParameterConstraints()
            .Select(TypeNames.Of).DefaultIfEmpty("class"))));

    private static string Return(MethodInfo method) => Use(method.ReturnParameter);

    private static string Use(ParameterInfo parameter) => TypeNames.Of(new NullabilityInfoContext().Create(parameter));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "") +
        (parameter.Position == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") +
        $"{Use(parameter)} {parameter.Name}" +
        (parameter.HasDefaultValue ? $" = {Default(parameter.DefaultValue)}" : "")));

    private static string Default(object? value) => value switch
    {
        null => "default",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToInt64(value, null).ToString(CultureInfo.InvariantCulture),
    };
}
