using System.Reflection;

namespace AsrService.Contracts.Tests;

/// <summary>Types as source would name them, with their namespace and, where known, with <c>?</c>.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(int)] = "int", [typeof(byte)] = "byte",
        [typeof(string)] = "string", [typeof(object)] = "object",
    };

    /// <summary>A type where it is declared: generic arguments by their parameter names.</summary>
    public static string Declared(Type type) => Named(type, argument => argument.Name);

    /// <summary>A type where it is used, nullability unknown.</summary>
    public static string Of(Type type) => Named(type, Of);

    /// <summary>A type where it is used, with the nullability that the source declares.</summary>
    public static string Of(NullabilityInfo use)
    {
        bool isNullable = use.ReadState == NullabilityState.Nullable && !use.Type.IsGenericParameter;
        if (Nullable.GetUnderlyingType(use.Type) is { } value) return $"{Of(value)}?";
        if (use.ElementType is { } element) return $"{Of(element)}[]{(isNullable ? "?" : "")}";

        var arguments = new Queue<NullabilityInfo>(use.GenericTypeArguments);
        string name = Named(use.Type, argument => arguments.Count > 0 ? Of(arguments.Dequeue()) : Of(argument));
        return isNullable ? $"{name}?" : name;
    }

    private static string Named(Type type, Func<Type, string> argumentName)
    {
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (type.IsGenericParameter) return type.Name;
        if (type.IsArray) return $"{Of(type.GetElementType()!)}[]";

        string name = $"{type.Namespace}.{Path(type)}";
        return type.IsGenericType
            ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(argumentName))}>"
            : name;
    }

    // A nested type of a generic one repeats its arguments; all of them are written once, at the end.
    private static string Path(Type type)
    {
        string own = type.Name.Split('`')[0];
        return type.DeclaringType is { } outer ? $"{Path(outer)}.{own}" : own;
    }
}
